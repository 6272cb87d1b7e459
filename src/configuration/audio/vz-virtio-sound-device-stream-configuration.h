/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_SOUND_DEVICE_STREAM_CONFIGURATION \
  (vz_virtio_sound_device_stream_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzVirtioSoundDeviceStreamConfiguration,
                          vz_virtio_sound_device_stream_configuration, VZ,
                          VIRTIO_SOUND_DEVICE_STREAM_CONFIGURATION, VzConfig)

/**
 * VzVirtioSoundDeviceStreamConfigurationClass:
 *
 * The class of #VzVirtioSoundDeviceStreamConfiguration.
 */
struct _VzVirtioSoundDeviceStreamConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
