/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/audio/vz-audio-device-configuration.h"
#include "configuration/audio/vz-virtio-sound-device-input-stream-configuration.h"
#include "configuration/audio/vz-virtio-sound-device-output-stream-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_SOUND_DEVICE_CONFIGURATION (vz_virtio_sound_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioSoundDeviceConfiguration, vz_virtio_sound_device_configuration, VZ,
                      VIRTIO_SOUND_DEVICE_CONFIGURATION, VzAudioDeviceConfiguration)

VZ_PUBLIC
VzVirtioSoundDeviceConfiguration *vz_virtio_sound_device_configuration_new (void);
VZ_PUBLIC
GPtrArray *
vz_virtio_sound_device_configuration_get_streams (VzVirtioSoundDeviceConfiguration *self);
VZ_PUBLIC
void vz_virtio_sound_device_configuration_set_streams (VzVirtioSoundDeviceConfiguration *self,
                                                       GPtrArray *streams);

G_END_DECLS
