/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-virtual-machine-configuration.h"

#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/config/vz-field.h"
#include "foundation/host/vz-host.h"
#include "vz-enum-types.h"

/**
 * VzVirtualMachineConfiguration:
 *
 * What a machine is made of. Apple: `VZVirtualMachineConfiguration`; the accelerator is ours. A
 * machine takes a copy, so later changes do not affect it.
 *
 * QEMU: the whole command line; `-smp`, `-m`, `-accel` and `-cpu` are its own.
 *
 * Since: 0.1
 */
struct _VzVirtualMachineConfiguration {
  VzConfig parent_instance;

  VzPlatformConfiguration *platform;
  VzBootLoader *boot_loader;
  guint cpu_count;
  guint64 memory_size;
  VzAccelerator accelerator;
  GPtrArray *storage_devices; /* of VzStorageDeviceConfiguration */
  GPtrArray *network_devices; /* of VzNetworkDeviceConfiguration */
  GPtrArray *graphics_devices; /* of VzGraphicsDeviceConfiguration */
  GPtrArray *pointing_devices; /* of VzPointingDeviceConfiguration */
  GPtrArray *keyboards; /* of VzKeyboardConfiguration */
  GPtrArray *serial_ports; /* of VzSerialPortConfiguration */
  GPtrArray *console_devices; /* of VzConsoleDeviceConfiguration */
  GPtrArray *entropy_devices; /* of VzEntropyDeviceConfiguration */
  GPtrArray *memory_balloon_devices; /* of VzMemoryBalloonDeviceConfiguration */
  GPtrArray *directory_sharing_devices; /* of VzDirectorySharingDeviceConfiguration */
  GPtrArray *audio_devices; /* of VzAudioDeviceConfiguration */
  GPtrArray *socket_devices; /* of VzSocketDeviceConfiguration */
  GPtrArray *usb_controllers; /* of VzUSBControllerConfiguration */
};

static const VzField fields[] = {
  VZ_OBJECT ("platform", VzVirtualMachineConfiguration, platform,
             "the board; a generic one by default", vz_platform_configuration_get_type,
             .flags = VZ_FIELD_REQUIRED),
  VZ_OBJECT ("boot-loader", VzVirtualMachineConfiguration, boot_loader, "how the machine boots",
             vz_boot_loader_get_type, .flags = VZ_FIELD_REQUIRED),
  VZ_UINT ("cpu-count", VzVirtualMachineConfiguration, cpu_count,
           "the number of virtual processors; must be set"),
  VZ_UINT64 ("memory-size", VzVirtualMachineConfiguration, memory_size,
             "the memory in bytes, a multiple of 1 MiB; must be set", .flags = VZ_FIELD_BYTES),
  VZ_ENUM ("accelerator", VzVirtualMachineConfiguration, accelerator, "how guest code is executed",
           vz_accelerator_get_type, .def = VZ_ACCELERATOR_AUTOMATIC),
  VZ_ARRAY ("storage-devices", VzVirtualMachineConfiguration, storage_devices,
            "the storage devices", vz_storage_device_configuration_get_type),
  VZ_ARRAY ("network-devices", VzVirtualMachineConfiguration, network_devices,
            "the network devices", vz_network_device_configuration_get_type),
  VZ_ARRAY ("graphics-devices", VzVirtualMachineConfiguration, graphics_devices,
            "the graphics devices", vz_graphics_device_configuration_get_type),
  VZ_ARRAY ("pointing-devices", VzVirtualMachineConfiguration, pointing_devices,
            "the pointing devices", vz_pointing_device_configuration_get_type),
  VZ_ARRAY ("keyboards", VzVirtualMachineConfiguration, keyboards, "the keyboards",
            vz_keyboard_configuration_get_type),
  VZ_ARRAY ("serial-ports", VzVirtualMachineConfiguration, serial_ports, "the serial ports",
            vz_serial_port_configuration_get_type),
  VZ_ARRAY ("console-devices", VzVirtualMachineConfiguration, console_devices,
            "the console devices", vz_console_device_configuration_get_type),
  VZ_ARRAY ("entropy-devices", VzVirtualMachineConfiguration, entropy_devices,
            "the entropy devices", vz_entropy_device_configuration_get_type),
  VZ_ARRAY ("memory-balloon-devices", VzVirtualMachineConfiguration, memory_balloon_devices,
            "the memory balloons", vz_memory_balloon_device_configuration_get_type),
  VZ_ARRAY ("directory-sharing-devices", VzVirtualMachineConfiguration, directory_sharing_devices,
            "the devices that share the host's folders",
            vz_directory_sharing_device_configuration_get_type),
  VZ_ARRAY ("audio-devices", VzVirtualMachineConfiguration, audio_devices, "the audio devices",
            vz_audio_device_configuration_get_type),
  VZ_ARRAY ("socket-devices", VzVirtualMachineConfiguration, socket_devices,
            "the socket devices; at most one", vz_socket_device_configuration_get_type),
  VZ_ARRAY ("usb-controllers", VzVirtualMachineConfiguration, usb_controllers,
            "the USB controllers", vz_usb_controller_configuration_get_type),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  vz_check_virtual_machine_rules (VZ_VIRTUAL_MACHINE_CONFIGURATION (config), problems);
}

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  vz_check_virtual_machine_saving (VZ_VIRTUAL_MACHINE_CONFIGURATION (config), problems);
}

static void
init (VzConfig *config)
{
  VzVirtualMachineConfiguration *self = VZ_VIRTUAL_MACHINE_CONFIGURATION (config);

  self->platform = VZ_PLATFORM_CONFIGURATION (vz_generic_platform_configuration_new ());
}

VZ_DEFINE_CONFIG (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, VZ_TYPE_CONFIG,
                  .init = init, .check = check, .check_save_restore = check_save_restore)

/**
 * vz_virtual_machine_configuration_new:
 *
 * Makes a configuration.
 *
 * Returns: (transfer full): the configuration
 */
VzVirtualMachineConfiguration *
vz_virtual_machine_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTUAL_MACHINE_CONFIGURATION, NULL);
}

VZ_ACCESS_OBJECT (VzPlatformConfiguration, VzVirtualMachineConfiguration,
                  vz_virtual_machine_configuration, platform)
VZ_ACCESS_OBJECT (VzBootLoader, VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                  boot_loader)
VZ_ACCESS_NUMBER (guint, VzVirtualMachineConfiguration, vz_virtual_machine_configuration, cpu_count)
VZ_ACCESS_NUMBER (guint64, VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                  memory_size)
VZ_ACCESS_NUMBER (VzAccelerator, VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                  accelerator)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, storage_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, network_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, graphics_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, pointing_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, keyboards)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, serial_ports)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, console_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, entropy_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 memory_balloon_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 directory_sharing_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, audio_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, socket_devices)
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, usb_controllers)

GPtrArray *
vz_virtual_machine_configuration_list_storage (VzVirtualMachineConfiguration *self)
{
  GPtrArray *list = g_ptr_array_new ();

  g_ptr_array_extend (list, self->storage_devices, NULL, NULL);
  for (guint i = 0; i < self->usb_controllers->len; i++)
    {
      GPtrArray *devices =
        vz_usb_controller_configuration_get_usb_devices (self->usb_controllers->pdata[i]);

      for (guint n = 0; n < devices->len; n++)
        if (VZ_IS_STORAGE_DEVICE_CONFIGURATION (devices->pdata[n]))
          g_ptr_array_add (list, devices->pdata[n]);
    }
  return list;
}

/* With less, the firmware has no room to start. */
#define MINIMUM_MEMORY_SIZE (G_GUINT64_CONSTANT (128) << 20)
/* The limit of QEMU's q35 without interrupt remapping. */
#define MAXIMUM_CPU_COUNT 255u

/**
 * vz_virtual_machine_configuration_get_minimum_allowed_cpu_count:
 *
 * Returns: 1
 */
guint
vz_virtual_machine_configuration_get_minimum_allowed_cpu_count (void)
{
  return 1;
}

/**
 * vz_virtual_machine_configuration_get_maximum_allowed_cpu_count:
 *
 * Returns: the number of this host's processors that the process may use, at most 255
 */
guint
vz_virtual_machine_configuration_get_maximum_allowed_cpu_count (void)
{
  return MIN (vz_host_get_cpu_count (), MAXIMUM_CPU_COUNT);
}

/**
 * vz_virtual_machine_configuration_get_minimum_allowed_memory_size:
 *
 * Returns: 128 MiB, in bytes
 */
guint64
vz_virtual_machine_configuration_get_minimum_allowed_memory_size (void)
{
  return MINIMUM_MEMORY_SIZE;
}

/**
 * vz_virtual_machine_configuration_get_maximum_allowed_memory_size:
 *
 * Returns: the memory of this host in bytes, or as much of it as the control group of this process
 * may use, rounded down to 1 MiB
 */
guint64
vz_virtual_machine_configuration_get_maximum_allowed_memory_size (void)
{
  return vz_host_get_memory_size () >> 20 << 20;
}

/**
 * vz_virtual_machine_configuration_validate:
 * @self: a configuration
 * @error: return location for an error, or %NULL
 *
 * Checks @self and all its devices as vz_config_validate() does: it reports every broken rule at
 * once, one line each. Apple: `validateWithError`.
 *
 * Returns: %TRUE when a machine can be made from it, otherwise %FALSE with
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION
 */
gboolean
vz_virtual_machine_configuration_validate (VzVirtualMachineConfiguration *self, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (self), FALSE);
  return vz_check_board_for_host (self, error) && vz_check_translator_for_host (self, error) &&
         vz_config_validate (VZ_CONFIG (self), error);
}

/**
 * vz_virtual_machine_configuration_validate_save_restore_support:
 * @self: a configuration
 * @error: return location for an error, or %NULL
 *
 * Checks whether the state of a running machine with this configuration can be saved and restored,
 * and if not, reports everything that prevents it. Apple: `validateSaveRestoreSupportWithError`.
 *
 * Returns: %TRUE when nothing prevents it, otherwise %FALSE with
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION
 */
gboolean
vz_virtual_machine_configuration_validate_save_restore_support (VzVirtualMachineConfiguration *self,
                                                                GError **error)
{
  g_autoptr (VzProblems) problems = vz_problems_new ();

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (self), FALSE);
  vz_problems_check_save_restore (problems, VZ_CONFIG (self));
  return vz_problems_report (problems, error);
}
