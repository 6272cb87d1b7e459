/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backup/vz-backup-reader.h"

#include "bundle/vz-bundle-private.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "image/chunks/vz-chunk-pipeline.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-build-manifest.h"
#include "image/vz-restore-component.h"
#include "image/zip/vz-image-container.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGEST_MEMBER_MAX 256
#define DIGEST_LENGTH 64 /* hexadecimal digits */
#define NANOSECONDS G_GINT64_CONSTANT (1000000000)
#define fail(error, ...) vz_fail ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)
#define fail_null(error, ...) vz_fail_null ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)

struct _VzBackupReader {
  char *path;
  VzImageContainer *container;
  VzBuildManifest *manifest;
  GPtrArray *files; /* borrowed: of VzComponent */
};

/* Without these it is not a machine; they are restored and checked before anything large. */
static const char *const identity_files[] = { VZ_BUNDLE_HARDWARE_MODEL,
                                              VZ_BUNDLE_MACHINE_IDENTIFIER, VZ_BUNDLE_CONFIGURATION,
                                              NULL };

void
vz_backup_reader_free (VzBackupReader *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->container, vz_image_container_unref);
  g_clear_pointer (&self->manifest, vz_build_manifest_free);
  g_free (self->path);
  g_free (self);
}

static GBytes *
read_member (VzBackupReader *self, const char *name, gsize limit, GCancellable *cancellable,
             GError **error)
{
  const VzImageMember *member = vz_image_container_find (self->container, name);

  if (member == NULL)
    return fail_null (error, "it has no %s, so it is not a machine's backup", name);
  return vz_image_container_read (self->container, member, limit, cancellable, error);
}

static GBytes *
read_manifest (VzBackupReader *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes)
    manifest = read_member (self, VZ_MANIFEST_MEMBER, VZ_MANIFEST_SIZE_MAX, cancellable, error);
  g_autoptr (GBytes) line = NULL;
  g_autofree char *found = NULL;
  gsize size;
  const char *text;

  if (manifest == NULL)
    return NULL;
  line = read_member (self, VZ_MANIFEST_DIGEST_MEMBER, DIGEST_MEMBER_MAX, cancellable, error);
  if (line == NULL)
    return NULL;
  text = g_bytes_get_data (line, &size);
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, manifest);
  if (size < DIGEST_LENGTH || memcmp (text, found, DIGEST_LENGTH) != 0)
    return vz_fail_null (
      error, VZ_ERROR_DIGEST_MISMATCH,
      VZ_MANIFEST_MEMBER
      " is damaged: it does not match the SHA-256 in " VZ_MANIFEST_DIGEST_MEMBER);
  return g_steal_pointer (&manifest);
}

/* Names become file names in the new bundle. */
static gboolean
check_file (const VzComponent *file, GError **error)
{
  static const char allowed[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_";

  if (file->name[0] == '.' || strspn (file->name, allowed) != strlen (file->name) ||
      g_str_equal (file->name, VZ_BUNDLE_RESTORE_IMAGE))
    return fail (error, "'%s' found as a file's name, which is not a bundle's file", file->name);
  return file->chunk_size > 0 || fail (error, "the file '%s' has no chunks", file->name);
}

static const VzComponent *
find_file (VzBackupReader *self, const char *name)
{
  for (guint i = 0; i < self->files->len; i++)
    if (g_str_equal (((VzComponent *) self->files->pdata[i])->name, name))
      return self->files->pdata[i];
  return NULL;
}

static gboolean
check_files (VzBackupReader *self, GError **error)
{
  const VzBuildIdentity *identity = g_ptr_array_index (self->manifest->identities, 0);

  if (g_strcmp0 (identity->restore_behavior, VZ_BEHAVIOR_BACKUP) != 0)
    return fail (error, "it is a restore image, not a machine's backup");
  self->files = identity->components;
  for (guint i = 0; i < self->files->len; i++)
    if (!check_file (self->files->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < 2; i++)
    if (find_file (self, identity_files[i]) == NULL)
      return fail (error, "it does not contain the file '%s'", identity_files[i]);
  return TRUE;
}

VzBackupReader *
vz_backup_reader_new (const char *path, GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX ("backup '%s'", path);
  g_autoptr (VzBackupReader) self = g_new0 (VzBackupReader, 1);
  g_autoptr (GBytes) manifest = NULL;

  self->path = g_strdup (path);
  self->container = vz_image_container_open (path, cancellable, error);
  if (self->container != NULL)
    manifest = read_manifest (self, cancellable, error);
  if (manifest != NULL)
    self->manifest = vz_build_manifest_parse (manifest, error);
  if (self->manifest == NULL || !check_files (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

guint64
vz_backup_reader_get_data_size (VzBackupReader *self)
{
  guint64 bytes = 0;

  for (guint i = 0; i < self->files->len; i++)
    {
      const VzComponent *file = self->files->pdata[i];
      guint64 most = vz_restore_component_get_data_size (file);

      bytes += file->data_size > 0 ? MIN (file->data_size, most) : most;
    }
  return bytes;
}

void
vz_backup_reader_get_lengths (VzBackupReader *self, guint64 *ret_all, guint64 *ret_largest)
{
  *ret_all = *ret_largest = 0;
  for (guint i = 0; i < self->files->len; i++)
    {
      const VzComponent *file = self->files->pdata[i];

      *ret_all += file->size;
      *ret_largest = MAX (*ret_largest, file->size);
    }
}

gboolean
vz_backup_reader_measure (VzBackupReader *self, guint64 *ret_bytes, GError **error)
{
  VZ_ERROR_PREFIX ("backup '%s'", self->path);

  *ret_bytes = 0;
  for (guint i = 0; i < self->files->len; i++)
    {
      guint64 bytes;

      if (!vz_chunk_pipeline_measure (self->container, self->files->pdata[i], &bytes, error))
        return FALSE;
      *ret_bytes += bytes;
    }
  return TRUE;
}

gboolean
vz_backup_reader_verify (VzBackupReader *self, VzProgress *progress, GCancellable *cancellable,
                         GError **error)
{
  VZ_ERROR_PREFIX ("backup '%s'", self->path);

  for (guint i = 0; i < self->files->len; i++)
    if (!vz_chunk_pipeline_run (self->container, self->files->pdata[i], -1, 0, progress,
                                cancellable, error))
      return FALSE;
  return TRUE;
}

static gboolean
restore_file (VzBackupReader *self, VzBundle *bundle, const VzComponent *file, VzProgress *progress,
              GCancellable *cancellable, GError **error)
{
  g_autofree char *path = vz_bundle_dup_file_path (bundle, file->name);
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  const struct timespec written = { .tv_sec = file->modified / NANOSECONDS,
                                    .tv_nsec = file->modified % NANOSECONDS };
  const struct timespec times[] = { written, written };

  if (fd < 0 || ftruncate (fd, (off_t) file->size) != 0)
    return vz_fail_errno (error, "cannot create '%s'", path);
  if (!vz_chunk_pipeline_run (self->container, file, fd, 0, progress, cancellable, error))
    return FALSE;
  if (fsync (fd) != 0 || (file->modified > 0 && futimens (fd, times) != 0) || fsync (fd) != 0)
    return vz_fail_errno (error, "cannot write '%s'", path);
  return TRUE;
}

static gboolean
check_identity (VzBackupReader *self, VzBundle *bundle, GError **error)
{
  g_autoptr (VzHardwareModel) model = vz_bundle_load_hardware_model (bundle, error);
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;

  if (model != NULL)
    identifier = vz_bundle_load_machine_identifier (bundle, error);
  if (identifier == NULL || find_file (self, VZ_BUNDLE_CONFIGURATION) == NULL)
    return identifier != NULL;
  configuration = vz_bundle_load_configuration (bundle, error);
  return configuration != NULL;
}

gboolean
vz_backup_reader_restore (VzBackupReader *self, VzBundle *bundle, VzProgress *progress,
                          GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX ("restoring backup '%s'", self->path);

  for (guint i = 0; identity_files[i] != NULL; i++)
    {
      const VzComponent *file = find_file (self, identity_files[i]);

      if (file != NULL && !restore_file (self, bundle, file, progress, cancellable, error))
        return FALSE;
    }
  if (!check_identity (self, bundle, error))
    return FALSE;
  for (guint i = 0; i < self->files->len; i++)
    {
      const VzComponent *file = self->files->pdata[i];

      if (!g_strv_contains (identity_files, file->name) &&
          !restore_file (self, bundle, file, progress, cancellable, error))
        return FALSE;
    }
  return TRUE;
}
