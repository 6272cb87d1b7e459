/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-disk.h"

#include <unistd.h>

#include "disk/vz-disk-source-private.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"
#include "image/chunks/vz-restore-image-writer.h"

/* How this works
 *
 * The disk is read as for an installation, by qemu-img in its sandbox, into an unnamed sparse file,
 * which is then cut into chunks. That file is a temporary second copy of all the disk's data;
 * memory use does not grow with it.
 *
 * The image has the whole disk as one component that is not a partition, and says that its guest
 * takes its settings from cloud-init or by Ignition, as the guest of a disk image does. */

#define SCRATCH "tmp"
#define COMPONENT "Disk"
/* The largest component whose chunks can be numbered. */
#define DISK_MAX (G_GUINT64_CONSTANT (1) << 40)
#define MINIMUM_MEMORY (512 * G_GUINT64_CONSTANT (1048576))
#define UNITS 100
#define UNITS_UNPACK 20
#define UNITS_COPY 40

static char *
dup_name (VzComposeRequest *request)
{
  g_autofree char *base = vz_disk_source_dup_base_name (vz_compose_request_get_disk (request));

  return *vz_compose_request_get_system_name (request) != '\0'
           ? g_strdup (vz_compose_request_get_system_name (request))
           : g_utf8_make_valid (base, -1);
}

/* The size of a compressed image is known once it is unpacked. */
static gboolean
copy_disk (VzDiskSource *source, int fd, VzProgress *progress, GCancellable *cancellable,
           GError **error)
{
  guint64 size = vz_disk_source_is_plain (source) ? source->disk_size : DISK_MAX;

  if (source->disk_size > DISK_MAX)
    return vz_disk_source_check_fits (source, DISK_MAX, error);
  if (!vz_disk_source_write (source, fd, size, progress, cancellable, error))
    return FALSE;
  return ftruncate (fd, (off_t) source->disk_size) == 0 ||
         vz_fail_errno (error, "cannot write a copy of the disk");
}

static gboolean
write_image (VzComposeRequest *request, VzDiskSource *source, int fd, const char *path,
             VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzRestoreImageWriter) writer = vz_restore_image_writer_new (path);
  g_autofree char *name = dup_name (request);
  const VzComponentInfo disk = { 0 };
  const VzRestoreImageDescription description = {
    .operating_system = name,
    .product_version = vz_compose_request_get_system_version (request),
    .architecture = source->architecture,
    .guest_settings = source->takes_ignition ? VZ_GUEST_SETTINGS_IGNITION
                                             : VZ_GUEST_SETTINGS_CLOUD_INIT,
    .minimum_cpu_count = 1,
    .minimum_memory_size = MINIMUM_MEMORY,
  };

  vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_COMPRESS);
  return vz_restore_image_writer_set_description (writer, &description, error) &&
         vz_restore_image_writer_add_component (writer, COMPONENT, &disk, fd, error) &&
         vz_restore_image_writer_finish (writer, progress, cancellable, error);
}

gboolean
vz_compose_disk (VzComposeRequest *request, const char *path, VzProgress *progress,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (VzProgress) unpacking = vz_progress_add_child (progress, UNITS_UNPACK, 0);
  g_autoptr (VzProgress) copying = vz_progress_add_child (progress, UNITS_COPY, 0);
  g_autoptr (VzProgress)
    packing = vz_progress_add_child (progress, UNITS - UNITS_UNPACK - UNITS_COPY, 0);
  g_autoptr (VzDiskSource)
    source = vz_disk_source_open (vz_compose_request_get_disk (request), cancellable, error);
  g_autofree char *scratch = source != NULL ? vz_make_cache_directory (SCRATCH, error) : NULL;
  g_autoptr (VzDiskSource) plain = NULL;
  int fd VZ_AUTO_CLOSE = -1;

  if (scratch == NULL ||
      !vz_file_check_space (
        scratch, source->data_size,
        "for a copy of the disk while its image is made; XDG_CACHE_HOME sets where", error))
    return FALSE;
  plain = vz_disk_source_make_plain (source, DISK_MAX, scratch, unpacking, cancellable, error);
  if (plain == NULL)
    return FALSE;
  vz_progress_finish (unpacking);
  fd = vz_file_open_nameless (scratch, error);
  if (fd < 0 || !copy_disk (plain, fd, copying, cancellable, error))
    return FALSE;
  vz_progress_finish (copying);
  return write_image (request, plain, fd, path, packing, cancellable, error);
}
