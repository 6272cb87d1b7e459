/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-fixture.h"

/* Appends @device, whose reference is taken, to a list of the guest's configuration. */
void devices_append (Guest *guest, const char *property, gpointer device);
/* A two-megabyte image in the guest's folder. */
VzStorageDeviceAttachment *devices_new_disk (Guest *guest, const char *name);
/* The number of entries of a folder in the guest that match @pattern. */
guint devices_count (Guest *guest, const char *folder, const char *pattern);
/* What the guest wrote to both places on the disk with this image; "" if nothing. */
char *devices_read_disk (Guest *guest, const char *name);
/* The guest writes to the disk and reads it back, and the host finds the data in the image. */
void devices_check_disk (Guest *guest, const char *device, const char *name);
/* A serial port behind virtio, hvc0 in the guest, and a console port "org.example.port". */
void devices_add_ports (Guest *guest, gpointer serial_attachment, gpointer port_attachment);
/* The guest writes @text to the port, and the host finds it in the file @name of the guest's
 * folder. */
void devices_check_port (Guest *guest, const char *port, const char *name, const char *text);
