/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backup/vz-backup-writer.h"

#include "bundle/vz-bundle-private.h"
#include "configuration/identity/vz-generic-hardware-model.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "image/chunks/vz-chunk-archive.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-component-private.h"

#include <string.h>

/* How this works
 *
 * A backup has the form of a restore image (docs/restore-images.md) whose components are the files
 * of a bundle instead of partitions, so that the code that reads, verifies and restores images
 * handles backups as well, and so do unzip and zstd. Each chunk has its digest in the manifest, and
 * the manifest's own digest is in the last member: that one covers everything.
 *
 * A file's modification time is included, because a saved state is tied to that of the disk. */

#define SMALLEST_SHARE 20
#define NAME_CHARACTERS 80 /* of a machine's name in the manifest */

struct _VzBackupWriter {
  char *path; /* absolute */
  char *machine; /* its name, for users */
  char *architecture; /* NULL: a Mac's */
  GPtrArray *files; /* of VzBundleFile */
  VzChunkArchive *archive;
};

/* The image that the guest was installed from can be obtained again, and hidden files need not be
 * kept. */
static gboolean
is_left_out (const char *name)
{
  return name[0] == '.' || g_str_equal (name, VZ_BUNDLE_RESTORE_IMAGE) ||
         vz_bundle_is_passing_file (name);
}

/* Small files first: they describe the large ones. */
static int
compare_files (gconstpointer a, gconstpointer b)
{
  const VzBundleFile *left = *(VzBundleFile *const *) a, *right = *(VzBundleFile *const *) b;

  if (left->size != right->size)
    return left->size < right->size ? -1 : 1;
  return strcmp (left->name, right->name);
}

/* A name for the manifest, where control characters are not allowed. */
static char *
dup_machine_name (VzBundle *bundle)
{
  g_autofree char *base = g_filename_display_basename (vz_bundle_get_path (bundle));
  GString *name = g_string_new (NULL);
  const char *c = base;

  for (guint i = 0; *c != '\0' && i < NAME_CHARACTERS; i++, c = g_utf8_next_char (c))
    g_string_append_unichar (name,
                             g_unichar_iscntrl (g_utf8_get_char (c)) ? '?' : g_utf8_get_char (c));
  return g_string_free (name, FALSE);
}

static gboolean
check_place (VzBundle *bundle, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_str_equal (folder, vz_bundle_get_path (bundle)))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s' is in the bundle; write the backup elsewhere", path);
  return !vz_file_is_there (path) || vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists", path);
}

/* How small the data will become is unknown in advance; it is hardly ever smaller than this. */
static gboolean
check_room (VzBackupWriter *self, GError **error)
{
  VzDestination wanted = { 0 };

  for (guint i = 0; i < self->files->len; i++)
    wanted.data += ((VzBundleFile *) self->files->pdata[i])->data / SMALLEST_SHARE;
  wanted.length = wanted.largest = wanted.data;
  return vz_destination_check (self->path, &wanted, error);
}

static gboolean
check_file (const VzBundleFile *file, GError **error)
{
  return file->size > 0 || vz_fail (error, VZ_ERROR_INVALID_BUNDLE,
                                    "'%s' is empty and cannot be backed up", file->name);
}

VzBackupWriter *
vz_backup_writer_new (VzBundle *bundle, const char *path, GError **error)
{
  g_autoptr (VzBackupWriter) self = g_new0 (VzBackupWriter, 1);
  g_autoptr (VzHardwareModel) model = vz_bundle_load_hardware_model (bundle, error);

  self->path = g_canonicalize_filename (path, NULL);
  self->archive = vz_chunk_archive_new (self->path);
  vz_chunk_archive_add_digest (self->archive);
  vz_chunk_archive_keep_private (self->archive);
  if (model == NULL || !check_place (bundle, self->path, error))
    return NULL;
  if (VZ_IS_GENERIC_HARDWARE_MODEL (model))
    self->architecture =
      g_strdup (vz_generic_hardware_model_get_architecture (VZ_GENERIC_HARDWARE_MODEL (model)));
  self->machine = dup_machine_name (bundle);
  self->files = vz_bundle_open_files (bundle, is_left_out, error);
  if (self->files == NULL || !check_room (self, error) ||
      !vz_chunk_archive_open (self->archive, error))
    return NULL;
  g_ptr_array_sort (self->files, compare_files);
  for (guint i = 0; i < self->files->len; i++)
    if (!check_file (self->files->pdata[i], error))
      return NULL;
  return g_steal_pointer (&self);
}

void
vz_backup_writer_free (VzBackupWriter *self)
{
  if (self == NULL)
    return;
  vz_chunk_archive_free (self->archive);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_free (self->architecture);
  g_free (self->machine);
  g_free (self->path);
  g_free (self);
}

GPtrArray *
vz_backup_writer_get_files (VzBackupWriter *self)
{
  return self->files;
}

static gboolean
add_file (VzBackupWriter *self, VzBundleFile *file, GError **error)
{
  g_autoptr (VzComponent) component = vz_component_new ();

  component->name = g_strdup (file->name);
  component->modified = MAX (file->modified, 0);
  return vz_file_content_measure (file->fd, &component->data_size, error) &&
         vz_chunk_archive_add (self->archive, component, file->fd, error);
}

static GBytes *
format_manifest (GPtrArray *components, gpointer user_data)
{
  return vz_build_manifest_format (user_data, components);
}

gboolean
vz_backup_writer_finish (VzBackupWriter *self, VzProgress *progress, GCancellable *cancellable,
                         GError **error)
{
  VZ_ERROR_PREFIX ("writing backup '%s'", self->path);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *build = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  VzRestoreImageDescription description = {
    .product_version = "1",
    .build_version = build,
    .architecture = self->architecture,
    .variant = "Machine Backup",
    .backup_of = self->machine,
  };

  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_WRITING);
  for (guint i = 0; i < self->files->len; i++)
    if (!add_file (self, self->files->pdata[i], error))
      return FALSE;
  return vz_chunk_archive_write (self->archive, format_manifest, &description, progress,
                                 cancellable, error);
}
