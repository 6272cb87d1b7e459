/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-mac-os-configuration-requirements.h"

/**
 * VzMacOSConfigurationRequirements:
 *
 * What a machine must have for macOS to be installed on it. A Linux host can read the requirements
 * and write them into a bundle for a Mac, but cannot meet them: the hardware model says that it is
 * not supported here. Immutable. Apple: `VZMacOSConfigurationRequirements`.
 *
 * QEMU: not used.
 *
 * Since: 0.1
 */
struct _VzMacOSConfigurationRequirements {
  VzConfigurationRequirements parent_instance;
};

G_DEFINE_FINAL_TYPE (VzMacOSConfigurationRequirements, vz_mac_os_configuration_requirements,
                     VZ_TYPE_CONFIGURATION_REQUIREMENTS)

static void
vz_mac_os_configuration_requirements_class_init (VzMacOSConfigurationRequirementsClass *klass)
{
}

static void
vz_mac_os_configuration_requirements_init (VzMacOSConfigurationRequirements *self)
{
}

/**
 * vz_mac_os_configuration_requirements_get_mac_hardware_model:
 * @self: the requirements
 *
 * Gets the model of vz_configuration_requirements_get_hardware_model() with its actual type. Its
 * bytes are those that Apple's framework gives for the same image. Apple: `hardwareModel`.
 *
 * Returns: (transfer none) (nullable): the model of the virtual Mac; %NULL for a board unknown to
 * vz
 */
VzMacHardwareModel *
vz_mac_os_configuration_requirements_get_mac_hardware_model (VzMacOSConfigurationRequirements *self)
{
  VzHardwareModel *model;

  g_return_val_if_fail (VZ_IS_MAC_OS_CONFIGURATION_REQUIREMENTS (self), NULL);
  model = vz_configuration_requirements_get_hardware_model (VZ_CONFIGURATION_REQUIREMENTS (self));
  return model != NULL ? VZ_MAC_HARDWARE_MODEL (model) : NULL;
}
