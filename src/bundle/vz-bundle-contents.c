/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-bundle-contents.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#define NANOSECONDS G_GINT64_CONSTANT (1000000000)

void
vz_bundle_file_free (gpointer data)
{
  VzBundleFile *file = data;

  vz_file_close (&file->fd);
  g_free (file->name);
  g_free (file);
}

gboolean
vz_bundle_is_passing_file (const char *name)
{
  return g_str_equal (name, VZ_BUNDLE_OWNER) || g_str_equal (name, VZ_BUNDLE_HOLDER) ||
         (name[0] == '.' && g_str_has_suffix (name, ".tmp"));
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzBundleFile, vz_bundle_file_free)

VzBundleFile *
vz_bundle_file_open (const char *path, const char *name, GError **error)
{
  g_autoptr (VzBundleFile) file = g_new0 (VzBundleFile, 1);
  struct stat st;

  file->name = g_strdup (name);
  file->fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file->fd < 0 && errno != ELOOP)
    return vz_fail_errno_null (error, "cannot read '%s'", path);
  if (file->fd < 0 || fstat (file->fd, &st) != 0 || !S_ISREG (st.st_mode))
    return vz_fail_null (error, VZ_ERROR_INVALID_BUNDLE,
                         "'%s' is not a regular file, so the bundle cannot be copied", path);
  file->size = (guint64) st.st_size;
  file->modified = st.st_mtim.tv_sec * NANOSECONDS + st.st_mtim.tv_nsec;
  return vz_file_content_measure (file->fd, &file->data, error) ? g_steal_pointer (&file) : NULL;
}

static gboolean
add_file (GPtrArray *files, VzBundle *bundle, const char *name, GError **error)
{
  g_autofree char *path = vz_bundle_dup_file_path (bundle, name);
  VzBundleFile *file = vz_bundle_file_open (path, name, error);

  if (file != NULL)
    g_ptr_array_add (files, file);
  return file != NULL;
}

GPtrArray *
vz_bundle_open_files (VzBundle *self, gboolean (*is_left_out) (const char *name), GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (vz_bundle_file_free);
  g_autoptr (GDir) directory = g_dir_open (vz_bundle_get_directory (self), 0, NULL);
  const char *name;

  if (directory == NULL)
    return vz_fail_errno_null (error, "cannot read '%s'", vz_bundle_get_directory (self));
  while ((name = g_dir_read_name (directory)) != NULL)
    if (!is_left_out (name) && !add_file (files, self, name, error))
      return NULL;
  return g_steal_pointer (&files);
}
