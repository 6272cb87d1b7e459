/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/platform/vz-generic-platform-configuration.h"

#include "configuration/identity/vz-values.h"
#include "foundation/config/vz-field.h"
#include "foundation/host/vz-host.h"
#include "foundation/vz-host-name.h"

/**
 * VzGenericPlatformConfiguration:
 *
 * The board of Linux guests. Apple: `VZGenericPlatformConfiguration`; the hardware model, which
 * pins the board's version and architecture, is ours.
 */
struct _VzGenericPlatformConfiguration {
  VzPlatformConfiguration parent_instance;

  VzGenericHardwareModel *hardware_model;
  VzGenericMachineIdentifier *machine_identifier;
  gboolean nested_virtualization_enabled;
  char *host_name;
};

G_DEFINE_FINAL_TYPE (VzGenericPlatformConfiguration, vz_generic_platform_configuration,
                     VZ_TYPE_PLATFORM_CONFIGURATION)

enum {
  PROP_HARDWARE_MODEL = 1,
  PROP_MACHINE_IDENTIFIER,
  PROP_NESTED_VIRTUALIZATION_ENABLED,
  PROP_HOST_NAME,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_VALUE ("hardware-model", VzGenericPlatformConfiguration, hardware_model,
            "board with version and architecture; kept in the file HardwareModel",
            vz_generic_hardware_model_get_type, &vz_hardware_model_value,
            .flags = VZ_FIELD_REQUIRED | VZ_FIELD_NOT_SAVED),
  VZ_VALUE ("machine-identifier", VzGenericPlatformConfiguration, machine_identifier,
            "number of the machine; kept in the file MachineIdentifier",
            vz_generic_machine_identifier_get_type, &vz_machine_identifier_value,
            .flags = VZ_FIELD_REQUIRED | VZ_FIELD_NOT_SAVED),
  VZ_BOOL ("nested-virtualization-enabled", VzGenericPlatformConfiguration,
           nested_virtualization_enabled, "the guest can run virtual machines itself"),
  VZ_STRING ("host-name", VzGenericPlatformConfiguration, host_name,
             "name that a guest takes when it finds itself to be a clone"),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzGenericPlatformConfiguration *self = VZ_GENERIC_PLATFORM_CONFIGURATION (config);
  g_autofree char *found = NULL;
  g_autofree char *wrong = NULL;

  if (self->host_name != NULL)
    wrong = vz_host_name_judge (self->host_name);
  if (wrong != NULL)
    vz_problems_add (problems, config, "host-name", self->host_name, "%s", wrong);
  if (self->hardware_model == NULL ||
      vz_hardware_model_is_supported (VZ_HARDWARE_MODEL (self->hardware_model)))
    return;
  found = vz_hardware_model_describe (VZ_HARDWARE_MODEL (self->hardware_model));
  vz_problems_add (problems, config, "hardware-model", found, "must be a board that vz knows");
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_generic_platform_configuration_class_init (VzGenericPlatformConfigurationClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_generic_platform_configuration_init (VzGenericPlatformConfiguration *self)
{
  self->hardware_model = vz_generic_hardware_model_new (vz_host_get_architecture ());
  self->machine_identifier = vz_generic_machine_identifier_new ();
}

/**
 * vz_generic_platform_configuration_new:
 *
 * Makes a generic platform with this host's architecture and a fresh random machine identifier.
 *
 * Returns: (transfer full): the generic platform
 */
VzGenericPlatformConfiguration *
vz_generic_platform_configuration_new (void)
{
  return g_object_new (VZ_TYPE_GENERIC_PLATFORM_CONFIGURATION, NULL);
}

/**
 * vz_generic_platform_configuration_get_hardware_model:
 * @self: a generic platform
 *
 * Returns: (transfer none) (nullable): the board, with version and architecture; this host's by
 *   default
 */
/**
 * vz_generic_platform_configuration_set_hardware_model:
 * @self: a generic platform
 * @hardware_model: (nullable): the board, with version and architecture; this host's by default
 *
 * Sets what vz_generic_platform_configuration_get_hardware_model() returns.
 */
VZ_ACCESS_OBJECT (VzGenericHardwareModel, VzGenericPlatformConfiguration,
                  vz_generic_platform_configuration, VZ_IS_GENERIC_PLATFORM_CONFIGURATION,
                  hardware_model, PROP_HARDWARE_MODEL)

/**
 * vz_generic_platform_configuration_get_machine_identifier:
 * @self: a generic platform
 *
 * Returns: (transfer none) (nullable): the machine's number; a fresh random one by default
 */
/**
 * vz_generic_platform_configuration_set_machine_identifier:
 * @self: a generic platform
 * @machine_identifier: (nullable): the machine's number; a fresh random one by default
 *
 * Sets what vz_generic_platform_configuration_get_machine_identifier() returns.
 */
VZ_ACCESS_OBJECT (VzGenericMachineIdentifier, VzGenericPlatformConfiguration,
                  vz_generic_platform_configuration, VZ_IS_GENERIC_PLATFORM_CONFIGURATION,
                  machine_identifier, PROP_MACHINE_IDENTIFIER)

/**
 * vz_generic_platform_configuration_get_nested_virtualization_enabled:
 * @self: a generic platform
 *
 * Returns: whether the guest can run virtual machines itself; %FALSE by default. Apple:
 *   `isNestedVirtualizationEnabled`
 */
/**
 * vz_generic_platform_configuration_set_nested_virtualization_enabled:
 * @self: a generic platform
 * @nested_virtualization_enabled: whether the guest can run virtual machines itself
 *
 * Sets what vz_generic_platform_configuration_get_nested_virtualization_enabled() returns. To be
 * tried only where vz_generic_platform_configuration_is_nested_virtualization_supported().
 */
VZ_ACCESS_NUMBER (gboolean, VzGenericPlatformConfiguration, vz_generic_platform_configuration,
                  VZ_IS_GENERIC_PLATFORM_CONFIGURATION, nested_virtualization_enabled,
                  PROP_NESTED_VIRTUALIZATION_ENABLED)

/**
 * vz_generic_platform_configuration_get_host_name:
 * @self: a generic platform
 *
 * Returns: (transfer none) (nullable): the host name that the firmware's tables show to the guest;
 *   %NULL, the default, for none. Ours; Apple has nothing like it
 */
/**
 * vz_generic_platform_configuration_set_host_name:
 * @self: a generic platform
 * @host_name: (nullable): a host name of at most 64 characters
 *
 * Sets what vz_generic_platform_configuration_get_host_name() returns. A guest that vz installed
 * takes the name in the boot in which it finds that it is a clone, and at no other time, so that
 * one that was given inside stays.
 */
VZ_ACCESS_STRING (VzGenericPlatformConfiguration, vz_generic_platform_configuration,
                  VZ_IS_GENERIC_PLATFORM_CONFIGURATION, host_name, PROP_HOST_NAME)

/**
 * vz_generic_platform_configuration_is_nested_virtualization_supported:
 *
 * Apple: `isNestedVirtualizationSupported`. Here the kernel's KVM decides, on
 * aarch64 also the processor; without KVM, or with an accelerator of %VZ_ACCELERATOR_TCG, the
 * guest's processor is emulated with its virtualization extension.
 *
 * Returns: whether a guest on this host can run virtual machines itself
 */
gboolean
vz_generic_platform_configuration_is_nested_virtualization_supported (void)
{
  return vz_host_get_nested_obstacle () == NULL;
}
