/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/boot/vz-efi-variable-store.h"
#include "configuration/boot/vz-linux-boot-loader.h"
#include "configuration/boot/vz-mac-os-boot-loader.h"
#include "configuration/boot/vz-mac-os-virtual-machine-start-options.h"
#include "configuration/console/vz-file-handle-serial-port-attachment.h"
#include "configuration/console/vz-file-serial-port-attachment.h"
#include "configuration/console/vz-socket-serial-port-attachment.h"
#include "configuration/console/vz-spice-agent-port-attachment.h"
#include "configuration/console/vz-uart-serial-port-configuration.h"
#include "configuration/console/vz-virtio-console-device-configuration.h"
#include "configuration/console/vz-virtio-console-device-serial-port-configuration.h"
#include "configuration/console/vz-virtio-console-port-configuration.h"
#include "configuration/graphics/vz-mac-graphics-device-configuration.h"
#include "configuration/graphics/vz-mac-graphics-display-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-device-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-scanout-configuration.h"
#include "configuration/input/vz-mac-keyboard-configuration.h"
#include "configuration/input/vz-mac-trackpad-configuration.h"
#include "configuration/input/vz-usb-keyboard-configuration.h"
#include "configuration/input/vz-usb-screen-coordinate-pointing-device-configuration.h"
#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-published-port.h"
#include "configuration/network/vz-virtio-network-device-configuration.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/platform/vz-mac-auxiliary-storage.h"
#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/sharing/vz-multiple-directory-share.h"
#include "configuration/sharing/vz-named-shared-directory.h"
#include "configuration/sharing/vz-shared-directory.h"
#include "configuration/sharing/vz-single-directory-share.h"
#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-nvm-express-controller-device-configuration.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "configuration/storage/vz-virtio-block-device-configuration.h"
#include "configuration/vz-virtio-entropy-device-configuration.h"
#include "configuration/vz-virtio-traditional-memory-balloon-device-configuration.h"
#include "configuration/vz-virtual-machine-configuration.h"

#include "foundation/config/vz-field.h"

/* Every configuration class that can be made. JSON, `vz set`, the reference listing and the generic
 * test know a class from here. */
static GType (*const types[]) (void) = {
  vz_disk_image_storage_device_attachment_get_type,
  vz_efi_boot_loader_get_type,
  vz_efi_variable_store_get_type,
  vz_file_handle_serial_port_attachment_get_type,
  vz_file_serial_port_attachment_get_type,
  vz_generic_platform_configuration_get_type,
  vz_linux_boot_loader_get_type,
  vz_mac_auxiliary_storage_get_type,
  vz_mac_graphics_device_configuration_get_type,
  vz_mac_graphics_display_configuration_get_type,
  vz_mac_keyboard_configuration_get_type,
  vz_mac_os_boot_loader_get_type,
  vz_mac_os_virtual_machine_start_options_get_type,
  vz_mac_platform_configuration_get_type,
  vz_mac_trackpad_configuration_get_type,
  vz_multiple_directory_share_get_type,
  vz_named_shared_directory_get_type,
  vz_nat_network_device_attachment_get_type,
  vz_nvm_express_controller_device_configuration_get_type,
  vz_published_port_get_type,
  vz_shared_directory_get_type,
  vz_single_directory_share_get_type,
  vz_socket_serial_port_attachment_get_type,
  vz_spice_agent_port_attachment_get_type,
  vz_uart_serial_port_configuration_get_type,
  vz_usb_keyboard_configuration_get_type,
  vz_usb_mass_storage_device_configuration_get_type,
  vz_usb_screen_coordinate_pointing_device_configuration_get_type,
  vz_virtio_block_device_configuration_get_type,
  vz_virtio_console_device_configuration_get_type,
  vz_virtio_console_device_serial_port_configuration_get_type,
  vz_virtio_console_port_configuration_get_type,
  vz_virtio_entropy_device_configuration_get_type,
  vz_virtio_file_system_device_configuration_get_type,
  vz_virtio_graphics_device_configuration_get_type,
  vz_virtio_graphics_scanout_configuration_get_type,
  vz_virtio_network_device_configuration_get_type,
  vz_virtio_traditional_memory_balloon_device_configuration_get_type,
  vz_virtual_machine_configuration_get_type,
};

/* Before main(), so that nobody has to remember to call an initializer. It only links a static node
 * into a list; no GType is made before one is asked for. */
__attribute__ ((constructor)) static void
add_types (void)
{
  static VzConfigTypes list = { .types = types, .n_types = G_N_ELEMENTS (types) };

  vz_config_add_types (&list);
}
