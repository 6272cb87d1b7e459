/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/platform/vz-mac-platform-configuration.h"

#include "configuration/identity/vz-values.h"
#include "foundation/config/vz-field.h"
#include "foundation/host/vz-vmapple.h"

#define PLATFORM_VERSION 2 /* VirtualMac2,1 */

/**
 * VzMacPlatformConfiguration:
 *
 * The board of macOS guests. Apple: `VZMacPlatformConfiguration`. It can be described, so that a
 * bundle made on a Mac can be read and checked everywhere. It is valid where QEMU has a board that
 * macOS starts on, which distributions' builds of QEMU do not have; the environment variable
 * `VZ_QEMU` or the settings name another QEMU.
 *
 * QEMU: `-machine vmapple`, if the host has a QEMU that supports it.
 *
 * Since: 0.1
 */
struct _VzMacPlatformConfiguration {
  VzPlatformConfiguration parent_instance;

  VzMacHardwareModel *hardware_model;
  VzMacMachineIdentifier *machine_identifier;
  VzMacAuxiliaryStorage *auxiliary_storage;
};

static const VzField fields[] = {
  VZ_VALUE ("hardware-model", VzMacPlatformConfiguration, hardware_model, "the board",
            vz_mac_hardware_model_get_type, &vz_hardware_model_value,
            .flags = VZ_FIELD_REQUIRED | VZ_FIELD_NOT_SAVED,
            .more = "Kept in the bundle's file HardwareModel."),
  VZ_VALUE ("machine-identifier", VzMacPlatformConfiguration, machine_identifier,
            "the machine's number; a new random one by default", vz_mac_machine_identifier_get_type,
            &vz_machine_identifier_value, .flags = VZ_FIELD_REQUIRED | VZ_FIELD_NOT_SAVED,
            .more = "Kept in the bundle's file MachineIdentifier."),
  VZ_OBJECT ("auxiliary-storage", VzMacPlatformConfiguration, auxiliary_storage,
             "the boot loader's storage besides the disk", vz_mac_auxiliary_storage_get_type,
             .flags = VZ_FIELD_REQUIRED),
};

/* The storage is tied to one machine: another machine's does not boot. */
static void
check_auxiliary_storage (VzMacPlatformConfiguration *self, VzProblems *problems)
{
  g_autofree char *found = NULL;
  guint64 stored, own;

  if (self->auxiliary_storage == NULL || self->machine_identifier == NULL ||
      !vz_mac_auxiliary_storage_find_ecid (self->auxiliary_storage, &stored, NULL))
    return;
  own = vz_machine_identifier_get_ecid (VZ_MACHINE_IDENTIFIER (self->machine_identifier));
  found = g_strdup_printf ("made for ECID %016" G_GINT64_MODIFIER "x", stored);
  if (stored != own)
    vz_problems_add (problems, VZ_CONFIG (self), "auxiliary-storage", found,
                     "must be that of this machine, ECID %016" G_GINT64_MODIFIER "x", own);
}

/* Reports what the guest's boot loader would fail to find. */
static void
check_variables (VzMacPlatformConfiguration *self, VzProblems *problems)
{
  const char *path = self->auxiliary_storage != NULL
                       ? vz_mac_auxiliary_storage_get_path (self->auxiliary_storage)
                       : NULL;
  g_autoptr (GError) error = NULL;
  guint64 offset;

  if (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
      !vz_mac_auxiliary_storage_find_offset (self->auxiliary_storage, &offset, &error))
    vz_problems_add (problems, VZ_CONFIG (self), "auxiliary-storage", path,
                     "must be that of an installed Mac: %s", error->message);
}

static void
check_board (VzMacPlatformConfiguration *self, VzProblems *problems)
{
  g_autofree char *found = NULL;

  if (self->hardware_model == NULL ||
      vz_mac_hardware_model_get_platform_version (self->hardware_model) == PLATFORM_VERSION)
    return;
  found = vz_hardware_model_describe (VZ_HARDWARE_MODEL (self->hardware_model));
  vz_problems_add (problems, VZ_CONFIG (self), "hardware-model", found,
                   "must have platform version %d, the only one that QEMU has", PLATFORM_VERSION);
}

/* A host that cannot run Macs at all does not check which Mac it is. */
static void
check (VzConfig *config, VzProblems *problems)
{
  VzMacPlatformConfiguration *self = VZ_MAC_PLATFORM_CONFIGURATION (config);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVmapple) qemu = vz_vmapple_find (&error);

  if (qemu == NULL)
    vz_problems_add (problems, config, "type", vz_problems_kind_of (config),
                     "must be a generic platform on this host: %s", error->message);
  else
    {
      check_board (self, problems);
      check_variables (self, problems);
    }
  check_auxiliary_storage (self, problems);
}

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  vz_problems_add (problems, config, "type", vz_problems_kind_of (config),
                   "must be a generic platform: no QEMU has saved a Mac yet");
}

static void
init (VzConfig *config)
{
  VzMacPlatformConfiguration *self = VZ_MAC_PLATFORM_CONFIGURATION (config);

  self->machine_identifier = vz_mac_machine_identifier_new ();
}

VZ_DEFINE_CONFIG (VzMacPlatformConfiguration, vz_mac_platform_configuration,
                  VZ_TYPE_PLATFORM_CONFIGURATION, .init = init, .check = check,
                  .check_save_restore = check_save_restore)

/**
 * vz_mac_platform_configuration_new:
 *
 * Makes a Mac platform with a new random machine identifier.
 *
 * Returns: (transfer full): the Mac platform
 */
VzMacPlatformConfiguration *
vz_mac_platform_configuration_new (void)
{
  return g_object_new (VZ_TYPE_MAC_PLATFORM_CONFIGURATION, NULL);
}

VZ_ACCESS_OBJECT (VzMacHardwareModel, VzMacPlatformConfiguration, vz_mac_platform_configuration,
                  hardware_model)
VZ_ACCESS_OBJECT (VzMacMachineIdentifier, VzMacPlatformConfiguration, vz_mac_platform_configuration,
                  machine_identifier)
VZ_ACCESS_OBJECT (VzMacAuxiliaryStorage, VzMacPlatformConfiguration, vz_mac_platform_configuration,
                  auxiliary_storage)
