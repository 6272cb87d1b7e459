/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/wait.h>

#include "disk/vz-disk-header.h"
#include "disk/vz-disk-source-private.h"
#include "disk/vz-qemu-img.h"
#include "disk/vz-sandbox.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "foundation/vz-size.h"

/* How this works
 *
 * qemu-img reports the size of the disk (info) and where in the file its pieces are (map): a piece
 * beyond the end of the file means a truncated image, which QEMU would read as zeros. The formats
 * that support it are checked (check), which covers compressed pieces too. */

typedef struct {
  guint64 length; /* of the image */
  guint64 data;
  gboolean beyond;
  char *said; /* the last line that is not part of the map */
} Map;

static void
map_clear (Map *self)
{
  g_free (self->said);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Map, map_clear)

static gboolean
find_number (const char *line, const char *key, guint64 *ret_value)
{
  const char *at = strstr (line, key);

  if (at == NULL)
    return FALSE;
  *ret_value = g_ascii_strtoull (at + strlen (key), NULL, 10);
  return TRUE;
}

static void
take_line (const char *line, gpointer user_data)
{
  Map *self = user_data;
  guint64 length, offset;

  if (!find_number (line, "\"length\": ", &length))
    {
      g_free (self->said);
      self->said = g_strdup (line);
      return;
    }
  if (strstr (line, "\"data\": true") == NULL || strstr (line, "\"zero\": true") != NULL)
    return;
  self->data += length;
  if (strstr (line, "\"depth\": 0") == NULL)
    return; /* a piece of the image below */
  if (find_number (line, "\"offset\": ", &offset) &&
      (offset > self->length || length > self->length - offset))
    self->beyond = TRUE;
}

static gboolean
check_size (VzDiskSource *self, GError **error)
{
  g_autofree char *found = vz_size_format (self->disk_size);
  g_autofree char *max = vz_size_format (VZ_DISK_SOURCE_MAX);

  return (self->disk_size > 0 && self->disk_size <= VZ_DISK_SOURCE_MAX) ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "disk size: '%s' found, must be at most %s",
                  found, max);
}

static gboolean
ask_size (VzDiskSource *self, const char *name, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "qemu-img", "info", "--output=json", name, NULL };
  VzSandbox info = { .argv = argv, .package = VZ_QEMU_IMG_PACKAGE, .read_fd = self->fd };
  g_autofree char *output = NULL;
  g_autoptr (JsonObject) object = NULL;
  const char *text;
  int status = 0;

  if (!vz_sandbox_run (&info, &status, &output, cancellable, error))
    return FALSE;
  if (!g_spawn_check_wait_status (status, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the %s image is damaged (info): %s",
                    vz_disk_format_get_name (self->format), output);
  text = strchr (output, '{'); /* a warning may precede it */
  object = text != NULL ? vz_json_parse (text, strlen (text)) : NULL;
  if (object == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "qemu-img does not describe it: %.200s",
                    output);
  if (self->backing_fd < 0 && json_object_has_member (object, "backing-filename"))
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the image is incomplete without its backing file");
  if (json_object_get_boolean_member_with_default (object, "encrypted", FALSE))
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the image is encrypted");
  self->disk_size =
    (guint64) MAX (json_object_get_int_member_with_default (object, "virtual-size", 0), 0);
  return check_size (self, error);
}

static gboolean
map (VzDiskSource *self, const char *name, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "qemu-img", "map", "--output=json", name, NULL };
  g_auto (Map) found = { .length = self->image_length };
  VzSandbox sandbox = { .argv = argv,
                        .package = VZ_QEMU_IMG_PACKAGE,
                        .read_fd = self->fd,
                        .more_read_fds = { MAX (self->backing_fd, 0) },
                        .line = take_line,
                        .user_data = &found };
  int status = 0;

  if (!vz_sandbox_run (&sandbox, &status, NULL, cancellable, error))
    return FALSE;
  if (!g_spawn_check_wait_status (status, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the image is damaged (map): %s",
                    found.said != NULL ? found.said : "no reason is given");
  self->data_size = found.data;
  return !found.beyond || vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the file is truncated");
}

#define QEMU_IMG_LEAKS 3 /* of `check`: space is wasted, but nothing is wrong */

static gboolean
check (VzDiskSource *self, const char *name, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "qemu-img", "check", "-q", name, NULL };
  VzSandbox sandbox = { .argv = argv, .package = VZ_QEMU_IMG_PACKAGE, .read_fd = self->fd };
  g_autofree char *said = NULL;
  int status = 0;

  if (self->format != VZ_DISK_FORMAT_QCOW2 && self->format != VZ_DISK_FORMAT_VMDK &&
      self->format != VZ_DISK_FORMAT_VDI)
    return TRUE;
  if (!vz_sandbox_run (&sandbox, &status, &said, cancellable, error))
    return FALSE;
  g_strdelimit (said, "\n", ' ');
  return g_spawn_check_wait_status (status, NULL) ||
         (WIFEXITED (status) && WEXITSTATUS (status) == QEMU_IMG_LEAKS) ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the image is damaged or truncated: %.200s",
                  said);
}

gboolean
vz_disk_source_measure (VzDiskSource *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = vz_disk_source_dup_qemu_name (self, 0, 0);
  g_autofree char *own_name = vz_disk_source_dup_own_qemu_name (self);

  if (self->format != VZ_DISK_FORMAT_RAW)
    return ask_size (self, own_name, cancellable, error) && map (self, name, cancellable, error) &&
           check (self, own_name, cancellable, error);
  self->disk_size = self->image_length / 512 * 512;
  if (self->wrapping == VZ_DISK_WRAPPING_TAR)
    self->data_size = self->image_length;
  else if (!vz_file_content_measure (self->fd, &self->data_size, error))
    return FALSE;
  return check_size (self, error);
}
