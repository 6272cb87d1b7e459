/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"
#include "machine/devices/vz-virtio-file-system-device.h"

G_BEGIN_DECLS

/* @configuration: from the machine's own configuration. */
VzDirectorySharingDevice *
vz_virtio_file_system_device_new (VzVirtioFileSystemDeviceConfiguration *configuration);

G_END_DECLS
