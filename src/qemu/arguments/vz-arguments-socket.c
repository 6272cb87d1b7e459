/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/socket/vz-virtio-socket-device-configuration.h"
#include "configuration/vz-configuration-rules.h"

gboolean
vz_arguments_add_socket (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_socket_devices (self->configuration);
  VzMachineIdentifier *identifier =
    vz_virtual_machine_configuration_get_identifier (self->configuration);
  VzOption *device;
  int fd;

  if (devices->len == 0)
    return TRUE;
  fd = self->open_vsock (self->user_data, error);
  if (fd < 0)
    return FALSE;
  device = vz_command_line_add (line, "-device", "vhost-vsock-pci");
  vz_option_set (device, "id", "socket0");
  vz_option_set_format (device, "guest-cid", "%u",
                        vz_virtio_socket_device_configuration_derive_guest_cid (identifier));
  vz_option_set_format (device, "vhostfd", "%d", fd);
  return vz_arguments_place (self, device, VZ_SLOT_SOCKET, error);
}
