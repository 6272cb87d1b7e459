/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose.h"

#include "compose/vz-compose-disk.h"
#include "compose/vz-compose-files.h"
#include "compose/vz-compose-guest.h"
#include "compose/vz-compose-host.h"
#include "compose/vz-compose-log.h"
#include "compose/vz-image-cache.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "image/chunks/vz-restore-image-writer.h"

/* How this works
 *
 * An image is a function of the request, the recipe and the archive: two digests name it, one of
 * the request and the recipe, and one of the archive's signed release files. A file with the same
 * name in the cache is the same image. When the archive cannot be reached, the newest image for the
 * same request is used.
 *
 * The progress counts 100 units: one for the archive's state, those of the recipe, and the rest for
 * packing. */

#define SMALLEST_IMAGE (100 * G_GUINT64_CONSTANT (1048576))
#define UNITS 100
#define UNITS_ARCHIVE 1
#define UNITS_WRITE (UNITS - UNITS_ARCHIVE - VZ_COMPOSE_LOG_UNITS)

#define GIB G_GUINT64_CONSTANT (1073741824)
/* Kernel and initial ramdisk unpack in it with room to spare. */
#define MINIMUM_MEMORY (512 * G_GUINT64_CONSTANT (1048576))
#define MINIMUM_DISK (2 * GIB)
/* With room for a few programs and what they write. */
#define MINIMUM_MEMORY_DESKTOP GIB
#define MINIMUM_DISK_DESKTOP (4 * GIB)

#define ESP_TYPE "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define ROOT_TYPE_X86_64 "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"
#define ROOT_TYPE_AARCH64 "B921B045-1DF0-41C3-AF44-4C6F280D3FAE"

typedef struct {
  VzComposeRequest *request; /* borrowed */
  VzProgress *progress; /* owned */
  char *directory; /* of the cache */
  char *label; /* "debian-stable-x86_64" */
  char *files; /* digest of what the user adds */
  char *key; /* digest of request and recipe */
  const VzDistribution *distribution;
} Job;

static void
job_clear (Job *job)
{
  g_clear_object (&job->progress);
  g_free (job->directory);
  g_free (job->label);
  g_free (job->files);
  g_free (job->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The order in which packages are asked for makes no other image. */
static char *
sort_packages (const char *packages)
{
  g_auto (GStrv) names = g_strsplit (packages, ",", -1);

  qsort (names, g_strv_length (names), sizeof *names, compare_strings);
  return g_strjoinv (",", names);
}

static gboolean
job_prepare (Job *job, VzComposeRequest *request, VzProgress *progress, GCancellable *cancellable,
             GError **error)
{
  g_autofree char *recipe = vz_compose_recipe_digest (error);
  g_autofree char *packages = sort_packages (vz_compose_request_get_packages (request));
  g_autofree char *text = NULL;

  if (recipe == NULL)
    return FALSE;
  job->files = vz_compose_files_digest (request, cancellable, error);
  if (job->files == NULL)
    return FALSE;
  job->distribution = vz_distribution_find (vz_compose_request_get_distribution (request));
  job->request = request;
  job->progress = g_object_ref (progress);
  job->directory = vz_make_cache_directory (VZ_IMAGE_CACHE, error);
  job->label = g_strdup_printf ("%s-%s-%s", job->distribution->name,
                                vz_compose_request_get_suite (request),
                                vz_compose_request_get_architecture (request));
  text = g_strdup_printf ("%s\n%s\n%s\n%s\n%s\n%s", recipe, job->label, packages,
                          vz_compose_request_get_mirror (request), job->files,
                          vz_compose_request_get_desktop (request) ? "desktop\n" : "");
  job->key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  return job->directory != NULL;
}

static gboolean
write_image (Job *job, const VzDebianArchive *archive, const VzGuestNames *names,
             const VzComposedGuest *guest, const char *path, GCancellable *cancellable,
             GError **error)
{
  const char *architecture = vz_compose_request_get_architecture (job->request);
  gboolean desktop = vz_compose_request_get_desktop (job->request);
  g_autoptr (VzProgress) progress = vz_progress_add_child (job->progress, UNITS_WRITE, 0);
  g_autoptr (VzRestoreImageWriter) writer = vz_restore_image_writer_new (path);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (archive->time);
  g_autofree char *day = g_date_time_format (date, "%Y%m%d");
  g_autofree char *build = g_strdup_printf ("%s.%.6s%.6s", day, job->key, archive->state);
  VzRestoreImageDescription description = {
    .operating_system = job->distribution->title,
    .product_version = archive->release->version,
    .build_version = build,
    .architecture = architecture,
    .minimum_cpu_count = 1,
    .minimum_memory_size = desktop ? MINIMUM_MEMORY_DESKTOP : MINIMUM_MEMORY,
    .minimum_disk_size = desktop ? MINIMUM_DISK_DESKTOP : MINIMUM_DISK,
  };
  VzComponentInfo esp = { ESP_TYPE, "esp", names->esp_partition_uuid, FALSE };
  VzComponentInfo root = {
    g_str_equal (architecture, "x86_64") ? ROOT_TYPE_X86_64 : ROOT_TYPE_AARCH64,
    "root",
    names->root_partition_uuid,
    TRUE,
  };

  vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_COMPRESS);
  return vz_restore_image_writer_set_description (writer, &description, error) &&
         vz_restore_image_writer_add_component (writer, "ESP", &esp, guest->esp_fd, error) &&
         vz_restore_image_writer_add_component (writer, "RootFileSystem", &root, guest->root_fd,
                                                error) &&
         vz_restore_image_writer_finish (writer, progress, cancellable, error);
}

static gboolean
compose (Job *job, const VzDebianArchive *archive, const char *path, GCancellable *cancellable,
         GError **error)
{
  g_autofree char *text = g_strdup_printf ("%s %s", job->key, archive->state);
  g_autoptr (VzGuestNames) names = vz_guest_names_new (text);
  const VzComposeWork work = { job->request, archive, names, job->files };
  VzComposedGuest guest = { -1, -1 };
  gboolean done;

  if (!vz_compose_host_check (job->distribution, vz_compose_request_get_architecture (job->request),
                              cancellable, error) ||
      !vz_compose_guest (&work, job->progress, &guest, cancellable, error))
    return FALSE;
  done = write_image (job, archive, names, &guest, path, cancellable, error);
  vz_composed_guest_clear (&guest);
  return done;
}

static VzDebianArchive *
fetch_archive (Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_add_child (job->progress, UNITS_ARCHIVE, 0);
  VzDebianArchive *archive;

  vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_ARCHIVE);
  archive = vz_debian_archive_fetch (job->distribution,
                                     vz_compose_request_get_mirror (job->request),
                                     vz_compose_request_get_suite (job->request),
                                     vz_compose_request_get_architecture (job->request),
                                     cancellable, error);
  vz_progress_finish (progress);
  return archive;
}

/* Without the archive, the newest image of the same request will do. NULL when there is none. */
static char *
find_offline (Job *job, const GError *reason)
{
  char *path = vz_image_cache_lookup_newest (job->directory, job->label, job->key);
  g_autofree char *note = NULL;

  if (path != NULL)
    {
      note = g_strdup_printf ("the archive cannot be reached; the image is from the cache (%s)",
                              reason->message);
      g_object_set (job->request, "note", note, NULL);
    }
  return path;
}

/* The path of the image in the cache. */
static char *
find_or_compose (Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (VzDebianArchive) archive = fetch_archive (job, cancellable, &local);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;

  if (archive == NULL)
    {
      if (g_error_matches (local, VZ_ERROR, VZ_ERROR_NETWORK_ERROR))
        path = find_offline (job, local);
      if (path == NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return g_steal_pointer (&path);
    }
  name = vz_image_cache_dup_name (job->label, job->key, archive->time, archive->state);
  path = vz_image_cache_lookup (job->directory, name);
  if (path != NULL)
    return g_steal_pointer (&path);
  path = g_build_filename (job->directory, name, NULL);
  if (!compose (job, archive, path, cancellable, error))
    return NULL;
  return g_steal_pointer (&path);
}

/* Through the cache, whose images are copied, so that nobody changes the cache's own. */
static gboolean
compose_cached (Job *job, const char *destination, GCancellable *cancellable, GError **error)
{
  int lock VZ_AUTO_CLOSE =
    vz_image_cache_lock (job->directory, job->label, job->key, cancellable, error);
  g_autofree char *path = lock >= 0 ? find_or_compose (job, cancellable, error) : NULL;

  if (path == NULL ||
      !vz_file_copy (path, destination, VZ_FILE_MODE_USUAL, /* overwrite= */ FALSE, error))
    return FALSE;
  vz_image_cache_prune (job->directory, g_get_real_time () / G_USEC_PER_SEC, VZ_IMAGE_CACHE_BUDGET);
  return TRUE;
}

static gboolean
compose_anew (Job *job, const char *destination, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzDebianArchive) archive = fetch_archive (job, cancellable, error);

  return archive != NULL && compose (job, archive, destination, cancellable, error);
}

/* From the archive. */
static gboolean
compose_system (VzComposeRequest *request, const char *destination, VzProgress *progress,
                GCancellable *cancellable, GError **error)
{
  g_auto (Job) job = { 0 };

  return job_prepare (&job, request, progress, cancellable, error) &&
         (vz_compose_request_get_use_cache (request)
            ? compose_cached (&job, destination, cancellable, error)
            : compose_anew (&job, destination, cancellable, error));
}

/**
 * vz_compose_image:
 * @request: the image to make
 * @destination: (type filename): the path of the restore image
 * @progress: (nullable): is given a total and advanced; its phase says what is being done
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Makes a restore image of a Debian or Ubuntu guest from its signed archive, with mmdebstrap, as
 * any user. The same request makes the same bytes as long as the archive does not change; such an
 * image comes from the cache in `$XDG_CACHE_HOME/vz/images`, unless #VzComposeRequest:use-cache is
 * off. When the archive cannot be reached, the newest image for the same request in the cache is
 * used. Cache entries are removed when they have not been used for 30 days; above 4 GiB in total,
 * so are the longest unused ones, except for three.
 *
 * From a request with #VzComposeRequest:disk it makes an image of that disk, without the cache: the
 * same disk makes the same bytes. The guest is installed like that of a disk image, with settings
 * from cloud-init.
 *
 * It blocks for about a minute. A failure leaves nothing behind, even if this process is killed,
 * and @destination appears whole or not at all.
 *
 * Errors: %VZ_ERROR_INVALID_ARGUMENT for a malformed request; %VZ_ERROR_BUSY when files to copy are
 * changed meanwhile; %VZ_ERROR_EXISTS when @destination exists; %VZ_ERROR_NOT_SUPPORTED with what
 * this host lacks; %VZ_ERROR_NOT_FOUND for an unknown suite or package; %VZ_ERROR_NETWORK_ERROR;
 * %VZ_ERROR_DIGEST_MISMATCH when the archive's signature is not valid; %VZ_ERROR_INVALID_DISK_IMAGE
 * for a disk image; %VZ_ERROR_OUT_OF_DISK_SPACE; %VZ_ERROR_IO; %VZ_ERROR_INTERNAL with the end of
 * the log, also when the script fails.
 *
 * Returns: %TRUE if the image is there
 */
gboolean
vz_compose_image (VzComposeRequest *request, const char *destination, VzProgress *progress,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (VzProgress) whole = NULL;
  const VzDestination wanted = { .data = SMALLEST_IMAGE, .largest = SMALLEST_IMAGE };
  gboolean done;

  g_return_val_if_fail (VZ_IS_COMPOSE_REQUEST (request), FALSE);
  g_return_val_if_fail (destination != NULL, FALSE);
  if (!vz_config_validate (VZ_CONFIG (request), &local))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s", local->message);
  if (vz_file_is_there (destination))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists", destination);
  if (!vz_destination_check (destination, &wanted, error))
    return FALSE;
  g_object_set (request, "note", NULL, NULL);
  whole = progress != NULL ? g_object_ref (progress) : vz_progress_new (UNITS);
  vz_progress_set_total (whole, UNITS);
  done = *vz_compose_request_get_disk (request) != '\0'
           ? vz_compose_disk (request, destination, whole, cancellable, error)
           : compose_system (request, destination, whole, cancellable, error);
  if (!done)
    return vz_fail_prefix (error, "composing '%s': ", destination);
  vz_progress_finish (whole);
  return TRUE;
}

static gboolean
compose_image (gpointer source, const char *destination, VzProgress *progress,
               GCancellable *cancellable, GError **error)
{
  return vz_compose_image (source, destination, progress, cancellable, error);
}

/**
 * vz_compose_image_async:
 * @request: the image to make
 * @destination: (type filename): the path of the restore image
 * @progress: (nullable): as for vz_compose_image()
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_compose_image() without blocking.
 */
void
vz_compose_image_async (VzComposeRequest *request, const char *destination, VzProgress *progress,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VZ_IS_COMPOSE_REQUEST (request));
  g_return_if_fail (destination != NULL);
  vz_async_make_file (request, compose_image, destination, progress, cancellable, callback,
                      user_data);
}

/**
 * vz_compose_image_finish:
 * @request: the request
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_compose_image_async().
 *
 * Returns: %TRUE if the image is there
 */
gboolean
vz_compose_image_finish (VzComposeRequest *request, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, request, compose_image, error) != NULL;
}
