/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "machine/devices/vz-memory-balloon-device.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE \
  (vz_virtio_traditional_memory_balloon_device_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioTraditionalMemoryBalloonDevice,
                      vz_virtio_traditional_memory_balloon_device, VZ,
                      VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE, VzMemoryBalloonDevice)

VZ_PUBLIC
guint64 vz_virtio_traditional_memory_balloon_device_get_target_virtual_machine_memory_size (
  VzVirtioTraditionalMemoryBalloonDevice *self);
VZ_PUBLIC
void vz_virtio_traditional_memory_balloon_device_set_target_virtual_machine_memory_size (
  VzVirtioTraditionalMemoryBalloonDevice *self, guint64 target_virtual_machine_memory_size);
VZ_PUBLIC
gboolean vz_virtio_traditional_memory_balloon_device_request_memory_size (
  VzVirtioTraditionalMemoryBalloonDevice *self, guint64 size, GCancellable *cancellable,
  GError **error);
VZ_PUBLIC
gboolean vz_virtio_traditional_memory_balloon_device_query_memory_size (
  VzVirtioTraditionalMemoryBalloonDevice *self, guint64 *ret_size, GCancellable *cancellable,
  GError **error);

G_END_DECLS
