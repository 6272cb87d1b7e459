/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-file-handle-serial-port-attachment.h"

G_BEGIN_DECLS

/* Carries bytes between a file handle attachment and QEMU, which can only be given a socket. */
typedef struct _VzSerialRelay VzSerialRelay;

/* @ret_fd: QEMU's end, which the caller closes once QEMU has it. */
VzSerialRelay *vz_serial_relay_new (VzFileHandleSerialPortAttachment *attachment, int *ret_fd,
                                    GError **error);
void vz_serial_relay_free (gpointer self);

G_END_DECLS
