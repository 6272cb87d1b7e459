/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-file-serial-port-attachment.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzFileSerialPortAttachment:
 *
 * Writes what the guest sends to a file; the guest receives nothing. Apple:
 * `VZFileSerialPortAttachment`.
 *
 * QEMU: `-chardev file`.
 *
 * Since: 0.1
 */
struct _VzFileSerialPortAttachment {
  VzSerialPortAttachment parent_instance;

  char *path;
  gboolean append;
};

static const VzField fields[] = {
  VZ_STRING ("path", VzFileSerialPortAttachment, path, "the file for the guest's output",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
  VZ_BOOL ("append", VzFileSerialPortAttachment, append,
           "whether to append to the file; otherwise it is emptied at the start"),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzFileSerialPortAttachment *self = VZ_FILE_SERIAL_PORT_ATTACHMENT (config);

  vz_check_new_file (problems, config, "path", self->path);
}

VZ_DEFINE_CONFIG (VzFileSerialPortAttachment, vz_file_serial_port_attachment,
                  VZ_TYPE_SERIAL_PORT_ATTACHMENT, .check = check)

/**
 * vz_file_serial_port_attachment_new:
 * @path: (type filename): the file, created if it does not exist
 * @append: whether to keep the file's contents
 *
 * Makes an attachment that writes to a file.
 *
 * Returns: (transfer full): the file attachment
 */
VzFileSerialPortAttachment *
vz_file_serial_port_attachment_new (const char *path, gboolean append)
{
  return g_object_new (VZ_TYPE_FILE_SERIAL_PORT_ATTACHMENT, "path", path, "append", append, NULL);
}

VZ_ACCESS_STRING (VzFileSerialPortAttachment, vz_file_serial_port_attachment, path)
VZ_ACCESS_NUMBER (gboolean, VzFileSerialPortAttachment, vz_file_serial_port_attachment, append)
