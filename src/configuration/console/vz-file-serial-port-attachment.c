/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-file-serial-port-attachment.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzFileSerialPortAttachment:
 *
 * Writes what the guest sends to a file; the guest receives nothing. Apple:
 * `VZFileSerialPortAttachment`.
 */
struct _VzFileSerialPortAttachment {
  VzSerialPortAttachment parent_instance;

  char *path;
  gboolean append;
};

G_DEFINE_FINAL_TYPE (VzFileSerialPortAttachment, vz_file_serial_port_attachment,
                     VZ_TYPE_SERIAL_PORT_ATTACHMENT)

enum { PROP_PATH = 1, PROP_APPEND, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_STRING ("path", VzFileSerialPortAttachment, path, "file that the guest's output goes to",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
  VZ_BOOL ("append", VzFileSerialPortAttachment, append,
           "keep what the file has; else it is emptied at the start"),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzFileSerialPortAttachment *self = VZ_FILE_SERIAL_PORT_ATTACHMENT (config);

  vz_check_new_file (problems, config, "path", self->path);
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_file_serial_port_attachment_class_init (VzFileSerialPortAttachmentClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_file_serial_port_attachment_init (VzFileSerialPortAttachment *self)
{
}

/**
 * vz_file_serial_port_attachment_new:
 * @path: (type filename): the file, made when it is not there
 * @append: whether to keep what the file has
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

/**
 * vz_file_serial_port_attachment_get_path:
 * @self: a file attachment
 *
 * Returns: (nullable) (type filename): the file
 */
/**
 * vz_file_serial_port_attachment_set_path:
 * @self: a file attachment
 * @path: (nullable) (type filename): the file
 *
 * Sets what vz_file_serial_port_attachment_get_path() returns.
 */
VZ_ACCESS_STRING (VzFileSerialPortAttachment, vz_file_serial_port_attachment,
                  VZ_IS_FILE_SERIAL_PORT_ATTACHMENT, path, PROP_PATH)

/**
 * vz_file_serial_port_attachment_get_append:
 * @self: a file attachment
 *
 * Returns: whether to keep what the file has; else it is emptied at the start
 */
/**
 * vz_file_serial_port_attachment_set_append:
 * @self: a file attachment
 * @append: whether to keep what the file has; else it is emptied at the start
 *
 * Sets what vz_file_serial_port_attachment_get_append() returns.
 */
VZ_ACCESS_NUMBER (gboolean, VzFileSerialPortAttachment, vz_file_serial_port_attachment,
                  VZ_IS_FILE_SERIAL_PORT_ATTACHMENT, append, PROP_APPEND)
