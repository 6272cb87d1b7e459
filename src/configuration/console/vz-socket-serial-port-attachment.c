/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-socket-serial-port-attachment.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

#include <sys/socket.h>
#include <sys/un.h>

/**
 * VzSocketSerialPortAttachment:
 *
 * Offers a port on a Unix socket to which one client at a time may connect, as `vz console` does.
 * Not in Apple's framework.
 *
 * QEMU: `-chardev socket`, listening.
 *
 * Since: 0.1
 */
struct _VzSocketSerialPortAttachment {
  VzSerialPortAttachment parent_instance;

  char *path;
};

static const VzField fields[] = {
  VZ_STRING (
    "path", VzSocketSerialPortAttachment, path,
    "the socket, at most 107 bytes; by default `console.sock` in the machine's runtime directory"),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzSocketSerialPortAttachment *self = VZ_SOCKET_SERIAL_PORT_ATTACHMENT (config);
  const gsize max = G_SIZEOF_MEMBER (struct sockaddr_un, sun_path) - 1;

  if (self->path == NULL)
    return;
  if (*self->path == '\0')
    vz_problems_add (problems, config, "path", self->path, "must not be empty");
  else if (strlen (self->path) > max)
    vz_problems_add (problems, config, "path", self->path,
                     "must be at most %" G_GSIZE_FORMAT " bytes, the kernel's limit for sockets",
                     max);
  else
    vz_check_new_file (problems, config, "path", self->path);
}

VZ_DEFINE_CONFIG (VzSocketSerialPortAttachment, vz_socket_serial_port_attachment,
                  VZ_TYPE_SERIAL_PORT_ATTACHMENT, .check = check)

/**
 * vz_socket_serial_port_attachment_new:
 * @path: (nullable) (type filename): the socket, or %NULL for the console socket in the machine's
 *   runtime directory
 *
 * Makes an attachment that listens on a socket.
 *
 * Returns: (transfer full): the socket attachment
 */
VzSocketSerialPortAttachment *
vz_socket_serial_port_attachment_new (const char *path)
{
  return g_object_new (VZ_TYPE_SOCKET_SERIAL_PORT_ATTACHMENT, "path", path, NULL);
}

VZ_ACCESS_STRING (VzSocketSerialPortAttachment, vz_socket_serial_port_attachment, path)
