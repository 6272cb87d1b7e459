/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-serial-port-attachment.h"

#include "foundation/config/vz-field.h"

/**
 * VzSerialPortAttachment:
 *
 * Where the bytes of a serial port go to and come from. Apple: `VZSerialPortAttachment`.
 *
 * QEMU: a `-chardev`; see the subclasses for which one.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzSerialPortAttachment, vz_serial_port_attachment)
