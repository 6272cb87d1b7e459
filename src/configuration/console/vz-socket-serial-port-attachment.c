/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-socket-serial-port-attachment.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

#include <sys/socket.h>
#include <sys/un.h>

/**
 * VzSocketSerialPortAttachment:
 *
 * Offers a port on a Unix socket that one client at a time may connect to, as `vz console` does.
 * Not in Apple's framework.
 */
struct _VzSocketSerialPortAttachment {
  VzSerialPortAttachment parent_instance;

  char *path;
};

G_DEFINE_FINAL_TYPE (VzSocketSerialPortAttachment, vz_socket_serial_port_attachment,
                     VZ_TYPE_SERIAL_PORT_ATTACHMENT)

enum { PROP_PATH = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_STRING ("path", VzSocketSerialPortAttachment, path,
             "socket; none: console.sock in the runtime directory"),
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

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_socket_serial_port_attachment_class_init (VzSocketSerialPortAttachmentClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_socket_serial_port_attachment_init (VzSocketSerialPortAttachment *self)
{
}

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

/**
 * vz_socket_serial_port_attachment_get_path:
 * @self: a socket attachment
 *
 * Returns: (nullable): the socket, at most 107 bytes; %NULL: the console socket in the machine's
 *   runtime directory
 */
/**
 * vz_socket_serial_port_attachment_set_path:
 * @self: a socket attachment
 * @path: (nullable): the socket, at most 107 bytes; %NULL: the console socket in the machine's
 *   runtime directory
 *
 * Sets what vz_socket_serial_port_attachment_get_path() returns.
 */
VZ_ACCESS_STRING (VzSocketSerialPortAttachment, vz_socket_serial_port_attachment,
                  VZ_IS_SOCKET_SERIAL_PORT_ATTACHMENT, path, PROP_PATH)
