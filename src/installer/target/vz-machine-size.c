/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/target/vz-machine-size.h"

#include <string.h>

#include "configuration/vz-virtual-machine-configuration.h"
#include "disk/vz-disk-source-private.h"
#include "foundation/file/vz-check-destination.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"
#include "foundation/vz-text.h"
#include "machine/vz-host-support.h"

#define DEFAULT_MEMORY_SIZE (G_GUINT64_CONSTANT (4) << 30)
#define DIGEST_SIZE 32
#define COMPOSED "compose:" /* prefix of addresses of images yet to be composed */
#define COMPOSED_SIZE_MIN (G_GUINT64_CONSTANT (384) << 20) /* the smallest Debian needs more */
#define SPACE_FOR_THE_REST (G_GUINT64_CONSTANT (256) << 20) /* first boot, logs, variable store */

gboolean
vz_machine_size_check_place (const VzMachineSize *self, const char *path, GError **error)
{
  g_autofree char *shown = vz_text_dup_utf8 (path);

  if (strpbrk (path, "\n\r") != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "path: a line break is not accepted");
  /* Bundles may be anywhere, but QEMU is told about the paths of a running one in JSON. */
  if (!g_utf8_validate (path, -1, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "path: '%s' found, must be UTF-8 for the machine to run", shown);
  if (g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists", path);
  return vz_check_destination (path, FALSE, 0, self->disk_size, self->disk_size, error);
}

static gboolean
fail_size (GError **error, const char *property, guint64 found, const char *bound, guint64 limit,
           const char *whose)
{
  g_autofree char *found_text = vz_size_format (found);
  g_autofree char *limit_text = vz_size_format (limit);

  return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                  "%s: %s found, must be at %s %s%s", property, found_text, bound, limit_text,
                  whose);
}

gboolean
vz_machine_size_check_host (const VzMachineSize *self, GError **error)
{
  guint max_cpus = vz_virtual_machine_configuration_get_maximum_allowed_cpu_count ();
  guint64 min_memory = vz_virtual_machine_configuration_get_minimum_allowed_memory_size ();
  guint64 max_memory = vz_virtual_machine_configuration_get_maximum_allowed_memory_size ();

  if (self->cpu_count > max_cpus)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "cpu-count: %" G_GUINT64_FORMAT " found, must be at most %u on this host",
                    self->cpu_count, max_cpus);
  if (self->memory_size != 0 && self->memory_size < min_memory)
    return fail_size (error, "memory-size", self->memory_size, "least", min_memory, "");
  if (self->memory_size > max_memory)
    return fail_size (error, "memory-size", self->memory_size, "most", max_memory, " on this host");
  return TRUE;
}

static void
choose (VzMachineSize *self, guint64 min_cpus, guint64 min_memory)
{
  guint64 cpus = vz_virtual_machine_configuration_get_maximum_allowed_cpu_count ();
  guint64 memory =
    MIN (DEFAULT_MEMORY_SIZE, vz_virtual_machine_configuration_get_maximum_allowed_memory_size ());

  /* One processor is left to the host for QEMU's own work. */
  if (self->cpu_count == 0)
    self->cpu_count = MAX (MAX (cpus - 1, 1), min_cpus);
  if (self->memory_size == 0)
    self->memory_size = MAX (memory, min_memory);
}

gboolean
vz_machine_size_check_needs (VzMachineSize *self, const VzMachineSize *needs, const char *whose,
                             GError **error)
{
  choose (self, needs->cpu_count, needs->memory_size);
  if (self->cpu_count < needs->cpu_count)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "cpu-count: %" G_GUINT64_FORMAT " found, must be at least %" G_GUINT64_FORMAT
                    "%s",
                    self->cpu_count, needs->cpu_count, whose);
  if (self->memory_size < needs->memory_size)
    return fail_size (error, "memory-size", self->memory_size, "least", needs->memory_size, whose);
  if (self->disk_size < needs->disk_size)
    return fail_size (error, "disk-size", self->disk_size, "least", needs->disk_size, whose);
  /* The request may exceed what the host has. */
  return vz_machine_size_check_host (self, error);
}

gboolean
vz_machine_size_check_image (VzMachineSize *self, VzRestoreImage *image, GError **error)
{
  VzConfigurationRequirements *asked;
  VzMachineSize needs;

  if (!vz_restore_image_check_supported (image, error))
    return FALSE;
  asked = vz_restore_image_get_most_featureful_supported_configuration (image);
  needs = (VzMachineSize){
    vz_configuration_requirements_get_minimum_supported_cpu_count (asked),
    vz_configuration_requirements_get_minimum_supported_memory_size (asked),
    vz_configuration_requirements_get_minimum_disk_size (asked),
  };
  return vz_host_check_engine (vz_configuration_requirements_get_architecture (asked), error) &&
         vz_machine_size_check_needs (self, &needs, " for this image", error);
}

/* Chunks of zeros are absent and stay holes. */
static guint64
get_data_size (const VzComponent *component)
{
  static const guint8 zeros[DIGEST_SIZE];
  const guint8 *digests;
  gsize size = 0;
  guint64 n_chunks = 0;

  if (component->chunk_digests == NULL)
    return 0;
  digests = g_bytes_get_data (component->chunk_digests, &size);
  for (gsize i = 0; i + DIGEST_SIZE <= size; i += DIGEST_SIZE)
    n_chunks += memcmp (digests + i, zeros, DIGEST_SIZE) != 0;
  return n_chunks * component->chunk_size;
}

/* What the disk will take up; an image may be for other boards as well. */
static guint64
get_restored_size (VzRestoreImage *image)
{
  g_autoptr (GPtrArray) components = vz_restore_image_list_components (image);
  VzConfigurationRequirements *needs =
    vz_restore_image_get_most_featureful_supported_configuration (image);
  guint64 size = 0;

  for (guint i = 0; i < components->len; i++)
    {
      const VzComponent *component = g_ptr_array_index (components, i);

      if (g_strcmp0 (component->device_class,
                     vz_configuration_requirements_get_device_class (needs)) == 0 &&
          g_strcmp0 (component->variant, vz_configuration_requirements_get_variant (needs)) == 0)
        size += get_data_size (component);
    }
  return size;
}

gboolean
vz_machine_size_check_space (const VzMachineSize *self, VzRestoreImage *image, const char *path,
                             gboolean keep_copy, GError **error)
{
  gboolean stored = keep_copy || vz_restore_image_get_path (image) == NULL;
  guint64 image_size = stored ? vz_restore_image_get_size (image) : 0;
  guint64 others = SPACE_FOR_THE_REST + image_size;
  guint64 restored = get_restored_size (image);

  if (vz_restore_image_get_size (image) == 0)
    {
      /* Composing takes minutes, and the size of the result is known only at its end. */
      if (!g_str_has_prefix (vz_restore_image_get_url (image), COMPOSED))
        return TRUE;
      restored = COMPOSED_SIZE_MIN;
    }
  return vz_check_destination (path, FALSE, others + restored, others + self->disk_size,
                               self->disk_size, error);
}

gboolean
vz_machine_size_check_fetched (VzMachineSize *self, guint64 fetched, const char *path,
                               GError **error)
{
  guint64 others = SPACE_FOR_THE_REST + fetched;

  choose (self, 1, 0);
  return vz_machine_size_check_host (self, error) &&
         vz_check_destination (path, FALSE, others, others + self->disk_size, self->disk_size,
                               error);
}

gboolean
vz_machine_size_check_disk (VzMachineSize *self, VzDiskSource *disk, const char *path,
                            GError **error)
{
  const char *architecture = vz_disk_source_get_architecture (disk);

  if (architecture != NULL && !vz_host_check_engine (architecture, error))
    return vz_fail_prefix (error, "the system on '%s' is for %s: ", vz_disk_source_get_path (disk),
                           architecture);
  return vz_disk_source_check_fits (disk, self->disk_size, error) &&
         vz_machine_size_check_fetched (self, vz_disk_source_get_data_size (disk), path, error);
}
