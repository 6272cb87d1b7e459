/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/audio/vz-audio-input-stream-source.h"
#include "configuration/audio/vz-virtio-sound-device-stream-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_SOUND_DEVICE_INPUT_STREAM_CONFIGURATION \
  (vz_virtio_sound_device_input_stream_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioSoundDeviceInputStreamConfiguration,
                      vz_virtio_sound_device_input_stream_configuration, VZ,
                      VIRTIO_SOUND_DEVICE_INPUT_STREAM_CONFIGURATION,
                      VzVirtioSoundDeviceStreamConfiguration)

VZ_PUBLIC
VzVirtioSoundDeviceInputStreamConfiguration *
vz_virtio_sound_device_input_stream_configuration_new (void);
VZ_PUBLIC
VzAudioInputStreamSource *vz_virtio_sound_device_input_stream_configuration_get_source (
  VzVirtioSoundDeviceInputStreamConfiguration *self);
VZ_PUBLIC
void vz_virtio_sound_device_input_stream_configuration_set_source (
  VzVirtioSoundDeviceInputStreamConfiguration *self, VzAudioInputStreamSource *source);

G_END_DECLS
