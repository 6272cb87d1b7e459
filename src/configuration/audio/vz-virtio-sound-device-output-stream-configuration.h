/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/audio/vz-audio-output-stream-sink.h"
#include "configuration/audio/vz-virtio-sound-device-stream-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_SOUND_DEVICE_OUTPUT_STREAM_CONFIGURATION \
  (vz_virtio_sound_device_output_stream_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioSoundDeviceOutputStreamConfiguration,
                      vz_virtio_sound_device_output_stream_configuration, VZ,
                      VIRTIO_SOUND_DEVICE_OUTPUT_STREAM_CONFIGURATION,
                      VzVirtioSoundDeviceStreamConfiguration)

VZ_PUBLIC
VzVirtioSoundDeviceOutputStreamConfiguration *
vz_virtio_sound_device_output_stream_configuration_new (void);
VZ_PUBLIC
VzAudioOutputStreamSink *vz_virtio_sound_device_output_stream_configuration_get_sink (
  VzVirtioSoundDeviceOutputStreamConfiguration *self);
VZ_PUBLIC
void vz_virtio_sound_device_output_stream_configuration_set_sink (
  VzVirtioSoundDeviceOutputStreamConfiguration *self, VzAudioOutputStreamSink *sink);

G_END_DECLS
