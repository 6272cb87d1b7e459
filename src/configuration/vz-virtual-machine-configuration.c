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
 * machine takes a copy, so changes made afterwards do not reach it.
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
};

G_DEFINE_FINAL_TYPE (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                     VZ_TYPE_CONFIG)

enum {
  PROP_PLATFORM = 1,
  PROP_BOOT_LOADER,
  PROP_CPU_COUNT,
  PROP_MEMORY_SIZE,
  PROP_ACCELERATOR,
  PROP_STORAGE_DEVICES,
  PROP_NETWORK_DEVICES,
  PROP_GRAPHICS_DEVICES,
  PROP_POINTING_DEVICES,
  PROP_KEYBOARDS,
  PROP_SERIAL_PORTS,
  PROP_CONSOLE_DEVICES,
  PROP_ENTROPY_DEVICES,
  PROP_MEMORY_BALLOON_DEVICES,
  PROP_DIRECTORY_SHARING_DEVICES,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_OBJECT ("platform", VzVirtualMachineConfiguration, platform, "board",
             vz_platform_configuration_get_type, .flags = VZ_FIELD_REQUIRED),
  VZ_OBJECT ("boot-loader", VzVirtualMachineConfiguration, boot_loader, "how the machine boots",
             vz_boot_loader_get_type, .flags = VZ_FIELD_REQUIRED),
  VZ_UINT ("cpu-count", VzVirtualMachineConfiguration, cpu_count, "virtual processors"),
  VZ_UINT64 ("memory-size", VzVirtualMachineConfiguration, memory_size,
             "memory in bytes; a multiple of 1 MiB", .flags = VZ_FIELD_BYTES),
  VZ_ENUM ("accelerator", VzVirtualMachineConfiguration, accelerator, "how guest code is executed",
           vz_accelerator_get_type, .def = VZ_ACCELERATOR_AUTOMATIC),
  VZ_ARRAY ("storage-devices", VzVirtualMachineConfiguration, storage_devices, "storage devices",
            vz_storage_device_configuration_get_type),
  VZ_ARRAY ("network-devices", VzVirtualMachineConfiguration, network_devices, "network devices",
            vz_network_device_configuration_get_type),
  VZ_ARRAY ("graphics-devices", VzVirtualMachineConfiguration, graphics_devices, "graphics devices",
            vz_graphics_device_configuration_get_type),
  VZ_ARRAY ("pointing-devices", VzVirtualMachineConfiguration, pointing_devices, "pointing devices",
            vz_pointing_device_configuration_get_type),
  VZ_ARRAY ("keyboards", VzVirtualMachineConfiguration, keyboards, "keyboards",
            vz_keyboard_configuration_get_type),
  VZ_ARRAY ("serial-ports", VzVirtualMachineConfiguration, serial_ports, "serial ports",
            vz_serial_port_configuration_get_type),
  VZ_ARRAY ("console-devices", VzVirtualMachineConfiguration, console_devices, "console devices",
            vz_console_device_configuration_get_type),
  VZ_ARRAY ("entropy-devices", VzVirtualMachineConfiguration, entropy_devices, "entropy devices",
            vz_entropy_device_configuration_get_type),
  VZ_ARRAY ("memory-balloon-devices", VzVirtualMachineConfiguration, memory_balloon_devices,
            "memory balloons", vz_memory_balloon_device_configuration_get_type),
  VZ_ARRAY ("directory-sharing-devices", VzVirtualMachineConfiguration, directory_sharing_devices,
            "shared folders", vz_directory_sharing_device_configuration_get_type),
};
_Static_assert(G_N_ELEMENTS (fields) == N_PROPS - 1, "a row for each property");

static void
check (VzConfig *config, VzProblems *problems)
{
  vz_check_virtual_machine_rules (VZ_VIRTUAL_MACHINE_CONFIGURATION (config), problems);
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_virtual_machine_configuration_class_init (VzVirtualMachineConfigurationClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_virtual_machine_configuration_init (VzVirtualMachineConfiguration *self)
{
  self->platform = VZ_PLATFORM_CONFIGURATION (vz_generic_platform_configuration_new ());
}

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

/**
 * vz_virtual_machine_configuration_get_platform:
 * @self: a configuration
 *
 * Returns: (transfer none) (nullable): the board; a generic one by default
 */
/**
 * vz_virtual_machine_configuration_set_platform:
 * @self: a configuration
 * @platform: (nullable): the board; a generic one by default
 *
 * Sets what vz_virtual_machine_configuration_get_platform() returns.
 */
VZ_ACCESS_OBJECT (VzPlatformConfiguration, VzVirtualMachineConfiguration,
                  vz_virtual_machine_configuration, VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, platform,
                  PROP_PLATFORM)

/**
 * vz_virtual_machine_configuration_get_boot_loader:
 * @self: a configuration
 *
 * Returns: (transfer none) (nullable): how the machine boots; required, %NULL by default
 */
/**
 * vz_virtual_machine_configuration_set_boot_loader:
 * @self: a configuration
 * @boot_loader: (nullable): how the machine boots; required, %NULL by default
 *
 * Sets what vz_virtual_machine_configuration_get_boot_loader() returns.
 */
VZ_ACCESS_OBJECT (VzBootLoader, VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                  VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, boot_loader, PROP_BOOT_LOADER)

/**
 * vz_virtual_machine_configuration_get_cpu_count:
 * @self: a configuration
 *
 * Returns: the number of virtual processors; has to be set
 */
/**
 * vz_virtual_machine_configuration_set_cpu_count:
 * @self: a configuration
 * @cpu_count: the number of virtual processors; has to be set
 *
 * Sets what vz_virtual_machine_configuration_get_cpu_count() returns.
 */
VZ_ACCESS_NUMBER (guint, VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                  VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, cpu_count, PROP_CPU_COUNT)

/**
 * vz_virtual_machine_configuration_get_memory_size:
 * @self: a configuration
 *
 * Returns: the memory in bytes, a multiple of 1 MiB; has to be set
 */
/**
 * vz_virtual_machine_configuration_set_memory_size:
 * @self: a configuration
 * @memory_size: the memory in bytes, a multiple of 1 MiB; has to be set
 *
 * Sets what vz_virtual_machine_configuration_get_memory_size() returns.
 */
VZ_ACCESS_NUMBER (guint64, VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                  VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, memory_size, PROP_MEMORY_SIZE)

/**
 * vz_virtual_machine_configuration_get_accelerator:
 * @self: a configuration
 *
 * Returns: how guest code is executed
 */
/**
 * vz_virtual_machine_configuration_set_accelerator:
 * @self: a configuration
 * @accelerator: how guest code is executed
 *
 * Sets what vz_virtual_machine_configuration_get_accelerator() returns.
 */
VZ_ACCESS_NUMBER (VzAccelerator, VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                  VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, accelerator, PROP_ACCELERATOR)

/**
 * vz_virtual_machine_configuration_get_storage_devices:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzStorageDeviceConfiguration): the storage devices; not
 *   to be changed
 */
/**
 * vz_virtual_machine_configuration_set_storage_devices:
 * @self: a configuration
 * @storage_devices: (nullable) (element-type VzStorageDeviceConfiguration): the storage devices;
 *   copied; %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_storage_devices() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, storage_devices, PROP_STORAGE_DEVICES)

/**
 * vz_virtual_machine_configuration_get_network_devices:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzNetworkDeviceConfiguration): the network devices; not
 *   to be changed
 */
/**
 * vz_virtual_machine_configuration_set_network_devices:
 * @self: a configuration
 * @network_devices: (nullable) (element-type VzNetworkDeviceConfiguration): the network devices;
 *   copied; %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_network_devices() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, network_devices, PROP_NETWORK_DEVICES)

/**
 * vz_virtual_machine_configuration_get_graphics_devices:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzGraphicsDeviceConfiguration): the graphics devices;
 *   not to be changed
 */
/**
 * vz_virtual_machine_configuration_set_graphics_devices:
 * @self: a configuration
 * @graphics_devices: (nullable) (element-type VzGraphicsDeviceConfiguration): the graphics
 *   devices; copied; %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_graphics_devices() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, graphics_devices, PROP_GRAPHICS_DEVICES)

/**
 * vz_virtual_machine_configuration_get_pointing_devices:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzPointingDeviceConfiguration): the pointing devices;
 *   not to be changed
 */
/**
 * vz_virtual_machine_configuration_set_pointing_devices:
 * @self: a configuration
 * @pointing_devices: (nullable) (element-type VzPointingDeviceConfiguration): the pointing
 *   devices; copied; %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_pointing_devices() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, pointing_devices, PROP_POINTING_DEVICES)

/**
 * vz_virtual_machine_configuration_get_keyboards:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzKeyboardConfiguration): the keyboards; not to be
 *   changed
 */
/**
 * vz_virtual_machine_configuration_set_keyboards:
 * @self: a configuration
 * @keyboards: (nullable) (element-type VzKeyboardConfiguration): the keyboards; copied; %NULL
 *   means none
 *
 * Sets what vz_virtual_machine_configuration_get_keyboards() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, keyboards, PROP_KEYBOARDS)

/**
 * vz_virtual_machine_configuration_get_serial_ports:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzSerialPortConfiguration): the serial ports; not to be
 *   changed
 */
/**
 * vz_virtual_machine_configuration_set_serial_ports:
 * @self: a configuration
 * @serial_ports: (nullable) (element-type VzSerialPortConfiguration): the serial ports; copied;
 *   %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_serial_ports() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, serial_ports, PROP_SERIAL_PORTS)

/**
 * vz_virtual_machine_configuration_get_console_devices:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzConsoleDeviceConfiguration): the console devices; not
 *   to be changed
 */
/**
 * vz_virtual_machine_configuration_set_console_devices:
 * @self: a configuration
 * @console_devices: (nullable) (element-type VzConsoleDeviceConfiguration): the console devices;
 *   copied; %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_console_devices() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, console_devices, PROP_CONSOLE_DEVICES)

/**
 * vz_virtual_machine_configuration_get_entropy_devices:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzEntropyDeviceConfiguration): the entropy devices; not
 *   to be changed
 */
/**
 * vz_virtual_machine_configuration_set_entropy_devices:
 * @self: a configuration
 * @entropy_devices: (nullable) (element-type VzEntropyDeviceConfiguration): the entropy devices;
 *   copied; %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_entropy_devices() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, entropy_devices, PROP_ENTROPY_DEVICES)

/**
 * vz_virtual_machine_configuration_get_memory_balloon_devices:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzMemoryBalloonDeviceConfiguration): the memory
 *   balloons; not to be changed
 */
/**
 * vz_virtual_machine_configuration_set_memory_balloon_devices:
 * @self: a configuration
 * @memory_balloon_devices: (nullable) (element-type VzMemoryBalloonDeviceConfiguration): the
 *   memory balloons; copied; %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_memory_balloon_devices() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, memory_balloon_devices,
                 PROP_MEMORY_BALLOON_DEVICES)

/**
 * vz_virtual_machine_configuration_get_directory_sharing_devices:
 * @self: a configuration
 *
 * Returns: (transfer none) (element-type VzDirectorySharingDeviceConfiguration): the shared
 * folders; not to be changed
 */
/**
 * vz_virtual_machine_configuration_set_directory_sharing_devices:
 * @self: a configuration
 * @directory_sharing_devices: (nullable) (element-type VzDirectorySharingDeviceConfiguration): the
 *   shared folders; copied; %NULL means none
 *
 * Sets what vz_virtual_machine_configuration_get_directory_sharing_devices() returns.
 */
VZ_ACCESS_ARRAY (VzVirtualMachineConfiguration, vz_virtual_machine_configuration,
                 VZ_IS_VIRTUAL_MACHINE_CONFIGURATION, directory_sharing_devices,
                 PROP_DIRECTORY_SHARING_DEVICES)

/* Below this the firmware has no room to start. */
#define MINIMUM_MEMORY_SIZE (G_GUINT64_CONSTANT (128) << 20)
/* QEMU's q35 takes no more than that without interrupt remapping. */
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
 * Returns: the number of processors of this host that the process may use, 255 at most
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
 * Returns: the memory of this host in bytes, rounded down to 1 MiB
 */
guint64
vz_virtual_machine_configuration_get_maximum_allowed_memory_size (void)
{
  return vz_host_get_memory_size () >> 20 << 20;
}

/**
 * vz_virtual_machine_configuration_validate:
 * @self: a configuration
 * @error: return location
 *
 * Checks @self and all its devices as vz_config_validate() does: every broken rule at once, one
 * line each. Apple: `validateWithError`.
 *
 * Returns: %TRUE when a machine can be made of it, else %FALSE with
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION
 */
gboolean
vz_virtual_machine_configuration_validate (VzVirtualMachineConfiguration *self, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (self), FALSE);
  return vz_check_board_for_host (self, error) && vz_config_validate (VZ_CONFIG (self), error);
}

/**
 * vz_virtual_machine_configuration_validate_save_restore_support:
 * @self: a configuration
 * @error: return location
 *
 * Tells whether the state of a running machine of this kind can be saved and restored, and if not,
 * everything that stands against it. Apple: `validateSaveRestoreSupportWithError`.
 *
 * Returns: %TRUE when nothing does, else %FALSE with
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
