/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-file-handle-network-device-attachment.h"

#include "foundation/config/vz-field.h"

#include <errno.h>
#include <sys/socket.h>

/**
 * VzFileHandleNetworkDeviceAttachment:
 *
 * Connects a network device to a program: each datagram on a connected socket is an Ethernet frame.
 * Apple: `VZFileHandleNetworkDeviceAttachment`. Handles are not saved.
 *
 * QEMU gets a copy of the descriptor, and makes the socket non-blocking. Few frames are lost if the
 * receive buffer is four times as large as the send buffer.
 *
 * QEMU: `-netdev dgram` with the descriptor; `host_mtu` of the device when it is not 1500.
 *
 * Since: 0.1
 */
struct _VzFileHandleNetworkDeviceAttachment {
  VzNetworkDeviceAttachment parent_instance;

  VzFileHandle *file_handle;
  guint maximum_transmission_unit;
};

#define DEFAULT_MTU 1500

static const VzField fields[] = {
  VZ_VALUE ("file-handle", VzFileHandleNetworkDeviceAttachment, file_handle,
            "a connected datagram socket; required", vz_file_handle_get_type, NULL,
            .flags = VZ_FIELD_NOT_SAVED),
  VZ_UINT ("maximum-transmission-unit", VzFileHandleNetworkDeviceAttachment,
           maximum_transmission_unit, "the largest packet that the guest sends, in bytes",
           .def = DEFAULT_MTU, .min = DEFAULT_MTU, .max = 65535),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzFileHandleNetworkDeviceAttachment *self = VZ_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (config);
  int fd = self->file_handle != NULL ? vz_file_handle_get_fd (self->file_handle) : -1;
  g_autofree char *found = g_strdup_printf ("%d", fd);
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  int type = 0;
  socklen_t type_size = sizeof type;

  if (self->file_handle == NULL)
    vz_problems_add (problems, config, "file-handle", NULL, "must be set");
  else if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &type_size) != 0)
    vz_problems_add (problems, config, "file-handle", found, "must be a socket: %s",
                     g_strerror (errno));
  else if (type != SOCK_DGRAM)
    vz_problems_add (problems, config, "file-handle", found, "must be a datagram socket");
  else if (getpeername (fd, (struct sockaddr *) &peer, &size) != 0)
    vz_problems_add (problems, config, "file-handle", found, "must be connected: %s",
                     g_strerror (errno));
}

VZ_DEFINE_CONFIG (VzFileHandleNetworkDeviceAttachment, vz_file_handle_network_device_attachment,
                  VZ_TYPE_NETWORK_DEVICE_ATTACHMENT, .check = check)

/**
 * vz_file_handle_network_device_attachment_new:
 * @file_handle: (nullable): a connected datagram socket
 *
 * Makes an attachment to a program. Validation checks whether the socket is usable; Apple's
 * constructor raises an exception.
 *
 * Returns: (transfer full): the file handle attachment
 */
VzFileHandleNetworkDeviceAttachment *
vz_file_handle_network_device_attachment_new (VzFileHandle *file_handle)
{
  return g_object_new (VZ_TYPE_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT, "file-handle", file_handle,
                       NULL);
}

VZ_ACCESS_OBJECT (VzFileHandle, VzFileHandleNetworkDeviceAttachment,
                  vz_file_handle_network_device_attachment, file_handle)
VZ_ACCESS_NUMBER (guint, VzFileHandleNetworkDeviceAttachment,
                  vz_file_handle_network_device_attachment, maximum_transmission_unit)
