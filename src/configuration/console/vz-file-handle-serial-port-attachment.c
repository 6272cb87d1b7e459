/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-file-handle-serial-port-attachment.h"

#include "foundation/config/vz-field.h"

#include <errno.h>
#include <fcntl.h>

/**
 * VzFileHandleSerialPortAttachment:
 *
 * Connects a port to open files. Apple: `VZFileHandleSerialPortAttachment`. Handles are not
 * saved.
 *
 * QEMU: `-chardev socket` on a socket pair; vz copies between its other end and the files.
 *
 * Since: 0.1
 */
struct _VzFileHandleSerialPortAttachment {
  VzSerialPortAttachment parent_instance;

  VzFileHandle *file_handle_for_reading;
  VzFileHandle *file_handle_for_writing;
};

static const VzField fields[] = {
  VZ_VALUE ("file-handle-for-reading", VzFileHandleSerialPortAttachment, file_handle_for_reading,
            "the input to the guest is read from here; without it, the guest receives nothing",
            vz_file_handle_get_type, NULL, .flags = VZ_FIELD_NOT_SAVED),
  VZ_VALUE ("file-handle-for-writing", VzFileHandleSerialPortAttachment, file_handle_for_writing,
            "the guest's output is written here; without it, the output is discarded",
            vz_file_handle_get_type, NULL, .flags = VZ_FIELD_NOT_SAVED),
};

static void
check_handle (VzConfig *config, VzProblems *problems, const char *property, VzFileHandle *handle,
              int unwanted_mode)
{
  int fd = handle != NULL ? vz_file_handle_get_fd (handle) : -1;
  g_autofree char *found = g_strdup_printf ("%d", fd);
  int flags;

  if (handle == NULL)
    return;
  flags = fcntl (fd, F_GETFL);
  if (flags < 0)
    vz_problems_add (problems, config, property, found, "must be an open file: %s",
                     g_strerror (errno));
  else if ((flags & O_ACCMODE) == unwanted_mode)
    vz_problems_add (problems, config, property, found, "must be open for %s",
                     unwanted_mode == O_WRONLY ? "reading" : "writing");
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzFileHandleSerialPortAttachment *self = VZ_FILE_HANDLE_SERIAL_PORT_ATTACHMENT (config);

  check_handle (config, problems, "file-handle-for-reading", self->file_handle_for_reading,
                O_WRONLY);
  check_handle (config, problems, "file-handle-for-writing", self->file_handle_for_writing,
                O_RDONLY);
}

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  vz_problems_add (problems, config, "type", vz_problems_kind_of (config),
                   "must be an attachment with a path: open files do not outlive the process");
}

VZ_DEFINE_CONFIG (VzFileHandleSerialPortAttachment, vz_file_handle_serial_port_attachment,
                  VZ_TYPE_SERIAL_PORT_ATTACHMENT, .check = check,
                  .check_save_restore = check_save_restore)

/**
 * vz_file_handle_serial_port_attachment_new:
 * @file_handle_for_reading: (nullable): the file from which the guest's input is read
 * @file_handle_for_writing: (nullable): the file to which the guest's output is written
 *
 * Makes an attachment to open files, which may be one and the same.
 *
 * Returns: (transfer full): the file handle attachment
 */
VzFileHandleSerialPortAttachment *
vz_file_handle_serial_port_attachment_new (VzFileHandle *file_handle_for_reading,
                                           VzFileHandle *file_handle_for_writing)
{
  return g_object_new (VZ_TYPE_FILE_HANDLE_SERIAL_PORT_ATTACHMENT, "file-handle-for-reading",
                       file_handle_for_reading, "file-handle-for-writing", file_handle_for_writing,
                       NULL);
}

VZ_ACCESS_OBJECT (VzFileHandle, VzFileHandleSerialPortAttachment,
                  vz_file_handle_serial_port_attachment, file_handle_for_reading)
VZ_ACCESS_OBJECT (VzFileHandle, VzFileHandleSerialPortAttachment,
                  vz_file_handle_serial_port_attachment, file_handle_for_writing)
