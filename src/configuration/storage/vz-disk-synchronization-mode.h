/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/**
 * VzDiskSynchronizationMode:
 * @VZ_DISK_SYNCHRONIZATION_MODE_FULL: a flush by the guest puts data on permanent storage
 * @VZ_DISK_SYNCHRONIZATION_MODE_NONE: flushes are ignored; data is lost if the host or the server
 *   crashes
 *
 * What a flush by the guest does to a disk that is not a file. Apple: `VZDiskSynchronizationMode`,
 * with the same values.
 */
typedef enum {
  VZ_DISK_SYNCHRONIZATION_MODE_FULL = 0,
  VZ_DISK_SYNCHRONIZATION_MODE_NONE = 1,
} VzDiskSynchronizationMode;

G_END_DECLS
