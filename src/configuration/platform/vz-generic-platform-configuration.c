/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/platform/vz-generic-platform-configuration.h"

#include "configuration/identity/vz-values.h"
#include "foundation/config/vz-field.h"
#include "foundation/host/vz-host.h"
#include "foundation/vz-host-name.h"
#include "foundation/vz-user-name.h"

/**
 * VzGenericPlatformConfiguration:
 *
 * The board of Linux guests. Apple: `VZGenericPlatformConfiguration`; the hardware model, which
 * pins the board's version and architecture, is ours.
 *
 * QEMU: `-machine` and `-uuid`.
 *
 * Since: 0.1
 */
struct _VzGenericPlatformConfiguration {
  VzPlatformConfiguration parent_instance;

  VzGenericHardwareModel *hardware_model;
  VzGenericMachineIdentifier *machine_identifier;
  gboolean nested_virtualization_enabled;
  char *host_name;
  char *user_name;
};

static const VzField fields[] = {
  VZ_VALUE ("hardware-model", VzGenericPlatformConfiguration, hardware_model,
            "the board, with version and architecture; this host's by default",
            vz_generic_hardware_model_get_type, &vz_hardware_model_value,
            .flags = VZ_FIELD_REQUIRED | VZ_FIELD_NOT_SAVED,
            .more = "Kept in the bundle's file HardwareModel."),
  VZ_VALUE ("machine-identifier", VzGenericPlatformConfiguration, machine_identifier,
            "the machine's number; a new random one by default",
            vz_generic_machine_identifier_get_type, &vz_machine_identifier_value,
            .flags = VZ_FIELD_REQUIRED | VZ_FIELD_NOT_SAVED,
            .more = "Kept in the bundle's file MachineIdentifier."),
  VZ_BOOL (
    "nested-virtualization-enabled", VzGenericPlatformConfiguration, nested_virtualization_enabled,
    "whether the guest can run virtual machines itself",
    .more =
      "Only for hosts where vz_generic_platform_configuration_is_nested_virtualization_supported() "
      "is true. Apple: `isNestedVirtualizationEnabled`."),
  VZ_STRING (
    "host-name", VzGenericPlatformConfiguration, host_name,
    "the host name, of at most 64 characters, that the firmware's tables show to the guest; none "
    "by default",
    .more = "A guest that vz installed takes this name only in the boot in which it finds that it "
            "is a clone, so that a name given inside the guest is kept. Not in Apple's framework."),
  VZ_STRING (
    "user-name", VzGenericPlatformConfiguration, user_name,
    "the guest's user who can log in with vz's SSH key, and is root or may use sudo; none by "
    "default",
    .more = "Recorded by an installation. The guest itself is not told. Not in Apple's framework."),
};

static void
check_name (VzConfig *config, VzProblems *problems, const char *property, const char *name,
            char *(*judge) (const char *text))
{
  g_autofree char *wrong = name != NULL ? judge (name) : NULL;

  if (wrong != NULL)
    vz_problems_add (problems, config, property, name, "%s", wrong);
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzGenericPlatformConfiguration *self = VZ_GENERIC_PLATFORM_CONFIGURATION (config);
  g_autofree char *found = NULL;

  check_name (config, problems, "host-name", self->host_name, vz_host_name_judge);
  check_name (config, problems, "user-name", self->user_name, vz_user_name_judge);
  if (self->hardware_model == NULL ||
      vz_hardware_model_is_supported (VZ_HARDWARE_MODEL (self->hardware_model)))
    return;
  found = vz_hardware_model_describe (VZ_HARDWARE_MODEL (self->hardware_model));
  vz_problems_add (problems, config, "hardware-model", found, "must be a board that vz knows");
}

static void
init (VzConfig *config)
{
  VzGenericPlatformConfiguration *self = VZ_GENERIC_PLATFORM_CONFIGURATION (config);

  self->hardware_model = vz_generic_hardware_model_new (vz_host_get_architecture ());
  self->machine_identifier = vz_generic_machine_identifier_new ();
}

VZ_DEFINE_CONFIG (VzGenericPlatformConfiguration, vz_generic_platform_configuration,
                  VZ_TYPE_PLATFORM_CONFIGURATION, .init = init, .check = check)

/**
 * vz_generic_platform_configuration_new:
 *
 * Makes a generic platform with this host's architecture and a new random machine identifier.
 *
 * Returns: (transfer full): the generic platform
 */
VzGenericPlatformConfiguration *
vz_generic_platform_configuration_new (void)
{
  return g_object_new (VZ_TYPE_GENERIC_PLATFORM_CONFIGURATION, NULL);
}

VZ_ACCESS_OBJECT (VzGenericHardwareModel, VzGenericPlatformConfiguration,
                  vz_generic_platform_configuration, hardware_model)
VZ_ACCESS_OBJECT (VzGenericMachineIdentifier, VzGenericPlatformConfiguration,
                  vz_generic_platform_configuration, machine_identifier)
VZ_ACCESS_NUMBER (gboolean, VzGenericPlatformConfiguration, vz_generic_platform_configuration,
                  nested_virtualization_enabled)
VZ_ACCESS_STRING (VzGenericPlatformConfiguration, vz_generic_platform_configuration, host_name)
VZ_ACCESS_STRING (VzGenericPlatformConfiguration, vz_generic_platform_configuration, user_name)

/**
 * vz_generic_platform_configuration_is_nested_virtualization_supported:
 *
 * Apple: `isNestedVirtualizationSupported`. Here the kernel's KVM decides, and on aarch64 also the
 * processor; without KVM, or with the accelerator %VZ_ACCELERATOR_TCG, the guest's processor is
 * emulated with its virtualization extension.
 *
 * Returns: whether guests on this host can themselves run virtual machines
 */
gboolean
vz_generic_platform_configuration_is_nested_virtualization_supported (void)
{
  return vz_host_get_nested_obstacle () == NULL;
}
