/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-install-plan.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "foundation/config/vz-problems.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-component-private.h"
#include "image/vz-restore-component.h"
#include "image/vz-restore-image-private.h"
#include "installer/target/vz-install-journal.h"

/* On top of the restored data: what the first boot writes (journal, host keys, file system
 * growth). */
#define FIRST_BOOT_SPACE (256ULL << 20)

void
vz_install_plan_free (VzInstallPlan *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->image);
  g_clear_object (&self->identifier);
  g_clear_pointer (&self->table, vz_partition_table_free);
  g_free (self->whole_disk);
  g_free (self->disk_path);
  g_free (self->fingerprint);
  g_free (self);
}

/* The guest will boot from the first disk that it can write to. */
static char *
find_disk (VzVirtualMachineConfiguration *configuration, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzDiskImageStorageDeviceAttachment *image =
        vz_storage_device_configuration_get_disk_image (devices->pdata[i]);

      if (image != NULL && !vz_disk_image_storage_device_attachment_get_read_only (image))
        return g_strdup (vz_disk_image_storage_device_attachment_get_path (image));
    }
  return vz_fail_null (
    error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
    "storage-devices: no writable disk image found, must have one to install on");
}

static gboolean
disk_size (const char *path, guint64 *ret_size, GError **error)
{
  struct stat st;

  if (stat (path, &st) != 0)
    return vz_fail_errno (error, "cannot open the disk image '%s'", path);
  if (!S_ISREG (st.st_mode))
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the disk image '%s' is not a regular file",
                    path);
  *ret_size = (guint64) st.st_size;
  return TRUE;
}

static void
lacks (GString *problems, const char *property, const char *found, const char *needed)
{
  g_string_append_printf (
    problems, "%sVzVirtualMachineConfiguration: %s: %s found, the restore image needs %s",
    problems->len > 0 ? "\n" : "", property, found, needed);
}

/* Everything at once, like any validation. */
static gboolean
check_requirements (VzVirtualMachineConfiguration *configuration,
                    VzConfigurationRequirements *requirements, VzGenericHardwareModel *model,
                    guint64 size, GError **error)
{
  g_autoptr (GString) problems = g_string_new (NULL);
  const char *architecture = vz_configuration_requirements_get_architecture (requirements);
  guint cpus = vz_virtual_machine_configuration_get_cpu_count (configuration);
  guint min_cpus = vz_configuration_requirements_get_minimum_supported_cpu_count (requirements);
  guint64 memory = vz_virtual_machine_configuration_get_memory_size (configuration);
  guint64 min_memory =
    vz_configuration_requirements_get_minimum_supported_memory_size (requirements);
  guint64 min_size = vz_configuration_requirements_get_minimum_disk_size (requirements);

  if (g_strcmp0 (vz_generic_hardware_model_get_architecture (model), architecture) != 0)
    lacks (problems, "platform.hardware-model", vz_generic_hardware_model_get_architecture (model),
           architecture);
  if (cpus < min_cpus)
    {
      g_autofree char *found = g_strdup_printf ("%u", cpus);
      g_autofree char *needed = g_strdup_printf ("at least %u", min_cpus);

      lacks (problems, "cpu-count", found, needed);
    }
  if (memory < min_memory)
    {
      g_autofree char *found = vz_size_format (memory);
      g_autofree char *minimum = vz_size_format (min_memory);
      g_autofree char *needed = g_strconcat ("at least ", minimum, NULL);

      lacks (problems, "memory-size", found, needed);
    }
  if (size < min_size)
    {
      g_autofree char *found = vz_size_format (size);
      g_autofree char *minimum = vz_size_format (min_size);
      g_autofree char *needed = g_strconcat ("at least ", minimum, NULL);

      lacks (problems, "storage-devices[0].attachment: disk of", found, needed);
    }
  if (problems->len > 0)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION, "%s", problems->str);
  return TRUE;
}

/* What the disk will hold: the digests of its components, in order, and their build. */
static char *
make_fingerprint (VzRestoreImage *image, GPtrArray *components)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < components->len; i++)
    {
      const VzComponent *component = g_ptr_array_index (components, i);

      g_checksum_update (checksum, (const guchar *) component->name, -1);
      if (component->digest != NULL)
        g_checksum_update (checksum, (const guchar *) component->digest, -1);
    }
  return g_strdup_printf ("%s %s", vz_restore_image_get_build_version (image),
                          g_checksum_get_string (checksum));
}

/* What the image says about the disk that it needs may not be true. */
static gboolean
check_fits (const VzComponent *component, guint64 size, GError **error)
{
  g_autofree char *has = vz_size_format (component->size);
  g_autofree char *max = vz_size_format (size);

  return component->size <= size ||
         vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                  "the image's disk has %s, more than the %s of the machine's", has, max);
}

static gboolean
plan_settings (VzInstallPlan *self, GError **error)
{
  const char *way = vz_restore_image_get_install_identity (self->image)->guest_settings;

  self->boots_once = vz_restore_image_has_cloud_init (self->image) ||
                     vz_restore_image_has_ignition (self->image);
  return way == NULL || self->boots_once ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "this restore image's guest takes its settings by '%s', which this version of vz "
                  "does not know",
                  way);
}

static gboolean
plan_disk (VzInstallPlan *self, guint64 size, guint64 *ret_data_size, GError **error)
{
  g_autoptr (GPtrArray) components = vz_restore_image_list_disk_components (self->image);

  *ret_data_size = FIRST_BOOT_SPACE;
  self->disk_size = size;
  self->fingerprint = make_fingerprint (self->image, components);
  if (components->len == 1 && vz_component_is_disk (components->pdata[0]))
    {
      self->whole_disk = g_strdup (((VzComponent *) components->pdata[0])->name);
      *ret_data_size += vz_restore_component_get_data_size (components->pdata[0]);
      return check_fits (components->pdata[0], size, error);
    }
  self->table = vz_partition_table_new (size);
  for (guint i = 0; i < components->len; i++)
    {
      const VzComponent *component = g_ptr_array_index (components, i);

      vz_partition_table_add (self->table, component->name, component->partition_type,
                              component->partition_name, component->partition_uuid, component->size,
                              component->grow);
      *ret_data_size += vz_restore_component_get_data_size (component);
    }
  return vz_partition_table_plan (self->table, error);
}

static gboolean
check_space (VzInstallPlan *self, guint64 needed, guint64 size, GError **error)
{
  const VzDestination wanted = { .data = needed, .length = size, .largest = size };

  return vz_destination_check (self->disk_path, &wanted, error);
}

VzInstallPlan *
vz_install_plan_new (VzVirtualMachineConfiguration *configuration, const char *image_path,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (VzInstallPlan) self = g_new0 (VzInstallPlan, 1);
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (configuration);
  VzConfigurationRequirements *requirements;
  VzGenericPlatformConfiguration *generic;
  guint64 data_size;
  guint64 size = 0;

  self->image = vz_restore_image_load (image_path, cancellable, error);
  if (self->image == NULL || !vz_restore_image_check_supported (self->image, error))
    return NULL;
  if (!VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "platform: %s found, must be a generic platform to install on this host",
                         platform != NULL ? vz_problems_kind_of (platform) : "nothing");
  generic = VZ_GENERIC_PLATFORM_CONFIGURATION (platform);
  self->identifier = VZ_MACHINE_IDENTIFIER (
    g_object_ref (vz_generic_platform_configuration_get_machine_identifier (generic)));
  self->disk_path = find_disk (configuration, error);
  if (self->disk_path == NULL || !disk_size (self->disk_path, &size, error))
    return NULL;
  requirements = vz_restore_image_get_most_featureful_supported_configuration (self->image);
  if (!check_requirements (configuration, requirements,
                           vz_generic_platform_configuration_get_hardware_model (generic), size,
                           error) ||
      !vz_virtual_machine_configuration_validate (configuration, error) ||
      !plan_settings (self, error) || !plan_disk (self, size, &data_size, error))
    return NULL;
  self->restored = vz_install_journal_matches (self->disk_path, self->fingerprint, size);
  if (!self->restored && !check_space (self, data_size, size, error))
    return NULL;
  return g_steal_pointer (&self);
}
