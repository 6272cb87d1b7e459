/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/audio/vz-audio-device-configuration.h"
#include "configuration/boot/vz-boot-loader.h"
#include "configuration/console/vz-console-device-configuration.h"
#include "configuration/console/vz-serial-port-configuration.h"
#include "configuration/graphics/vz-graphics-device-configuration.h"
#include "configuration/input/vz-keyboard-configuration.h"
#include "configuration/input/vz-pointing-device-configuration.h"
#include "configuration/network/vz-network-device-configuration.h"
#include "configuration/platform/vz-platform-configuration.h"
#include "configuration/sharing/vz-directory-sharing-device-configuration.h"
#include "configuration/socket/vz-socket-device-configuration.h"
#include "configuration/storage/vz-storage-device-configuration.h"
#include "configuration/usb/vz-usb-controller-configuration.h"
#include "configuration/vz-entropy-device-configuration.h"
#include "configuration/vz-memory-balloon-device-configuration.h"
#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

/**
 * VzAccelerator:
 * @VZ_ACCELERATOR_AUTOMATIC: KVM where a machine can really run on it, otherwise TCG
 * @VZ_ACCELERATOR_KVM: the processor's own virtualization, through the kernel
 * @VZ_ACCELERATOR_TCG: software translation; works everywhere, even for another architecture
 *
 * How the guest's code is executed.
 */
typedef enum {
  VZ_ACCELERATOR_AUTOMATIC = 0,
  VZ_ACCELERATOR_KVM = 1,
  VZ_ACCELERATOR_TCG = 2,
} VzAccelerator;

#define VZ_TYPE_VIRTUAL_MACHINE_CONFIGURATION (vz_virtual_machine_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtualMachineConfiguration, vz_virtual_machine_configuration, VZ,
                      VIRTUAL_MACHINE_CONFIGURATION, VzConfig)

VZ_PUBLIC
VzVirtualMachineConfiguration *vz_virtual_machine_configuration_new (void);

VZ_PUBLIC
guint vz_virtual_machine_configuration_get_minimum_allowed_cpu_count (void);
VZ_PUBLIC
guint vz_virtual_machine_configuration_get_maximum_allowed_cpu_count (void);
VZ_PUBLIC
guint64 vz_virtual_machine_configuration_get_minimum_allowed_memory_size (void);
VZ_PUBLIC
guint64 vz_virtual_machine_configuration_get_maximum_allowed_memory_size (void);

VZ_PUBLIC
gboolean vz_virtual_machine_configuration_validate (VzVirtualMachineConfiguration *self,
                                                    GError **error);
VZ_PUBLIC
gboolean
vz_virtual_machine_configuration_validate_save_restore_support (VzVirtualMachineConfiguration *self,
                                                                GError **error);

VZ_PUBLIC
VzPlatformConfiguration *
vz_virtual_machine_configuration_get_platform (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_platform (VzVirtualMachineConfiguration *self,
                                                    VzPlatformConfiguration *platform);
VZ_PUBLIC
VzBootLoader *
vz_virtual_machine_configuration_get_boot_loader (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_boot_loader (VzVirtualMachineConfiguration *self,
                                                       VzBootLoader *boot_loader);
VZ_PUBLIC
guint vz_virtual_machine_configuration_get_cpu_count (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_cpu_count (VzVirtualMachineConfiguration *self,
                                                     guint cpu_count);
VZ_PUBLIC
guint64 vz_virtual_machine_configuration_get_memory_size (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_memory_size (VzVirtualMachineConfiguration *self,
                                                       guint64 memory_size);
VZ_PUBLIC
VzAccelerator
vz_virtual_machine_configuration_get_accelerator (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_accelerator (VzVirtualMachineConfiguration *self,
                                                       VzAccelerator accelerator);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_storage_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_storage_devices (VzVirtualMachineConfiguration *self,
                                                           GPtrArray *storage_devices);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_network_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_network_devices (VzVirtualMachineConfiguration *self,
                                                           GPtrArray *network_devices);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_graphics_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_graphics_devices (VzVirtualMachineConfiguration *self,
                                                            GPtrArray *graphics_devices);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_pointing_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_pointing_devices (VzVirtualMachineConfiguration *self,
                                                            GPtrArray *pointing_devices);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_configuration_get_keyboards (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_keyboards (VzVirtualMachineConfiguration *self,
                                                     GPtrArray *keyboards);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_configuration_get_serial_ports (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_serial_ports (VzVirtualMachineConfiguration *self,
                                                        GPtrArray *serial_ports);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_console_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_console_devices (VzVirtualMachineConfiguration *self,
                                                           GPtrArray *console_devices);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_entropy_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_entropy_devices (VzVirtualMachineConfiguration *self,
                                                           GPtrArray *entropy_devices);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_memory_balloon_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void
vz_virtual_machine_configuration_set_memory_balloon_devices (VzVirtualMachineConfiguration *self,
                                                             GPtrArray *memory_balloon_devices);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_configuration_get_directory_sharing_devices (
  VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_directory_sharing_devices (
  VzVirtualMachineConfiguration *self, GPtrArray *directory_sharing_devices);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_configuration_get_audio_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_audio_devices (VzVirtualMachineConfiguration *self,
                                                         GPtrArray *audio_devices);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_socket_devices (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_socket_devices (VzVirtualMachineConfiguration *self,
                                                          GPtrArray *socket_devices);
VZ_PUBLIC
GPtrArray *
vz_virtual_machine_configuration_get_usb_controllers (VzVirtualMachineConfiguration *self);
VZ_PUBLIC
void vz_virtual_machine_configuration_set_usb_controllers (VzVirtualMachineConfiguration *self,
                                                           GPtrArray *usb_controllers);

G_END_DECLS
