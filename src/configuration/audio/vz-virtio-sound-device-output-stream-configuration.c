/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-virtio-sound-device-output-stream-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioSoundDeviceOutputStreamConfiguration:
 *
 * A stream that the guest plays. Apple: `VZVirtioSoundDeviceOutputStreamConfiguration`.
 *
 * QEMU: a stream of `virtio-sound-pci` on boards of version 8.2 or newer, otherwise a codec of
 * `ich9-intel-hda`.
 *
 * Since: 0.1
 */
struct _VzVirtioSoundDeviceOutputStreamConfiguration {
  VzVirtioSoundDeviceStreamConfiguration parent_instance;

  VzAudioOutputStreamSink *sink;
};

static const VzField fields[] = {
  VZ_OBJECT ("sink", VzVirtioSoundDeviceOutputStreamConfiguration, sink,
             "where the sound goes; without it, the guest's sound is discarded",
             vz_audio_output_stream_sink_get_type),
};

VZ_DEFINE_CONFIG (VzVirtioSoundDeviceOutputStreamConfiguration,
                  vz_virtio_sound_device_output_stream_configuration,
                  VZ_TYPE_VIRTIO_SOUND_DEVICE_STREAM_CONFIGURATION)

/**
 * vz_virtio_sound_device_output_stream_configuration_new:
 *
 * Makes an output stream.
 *
 * Returns: (transfer full): the output stream
 */
VzVirtioSoundDeviceOutputStreamConfiguration *
vz_virtio_sound_device_output_stream_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_SOUND_DEVICE_OUTPUT_STREAM_CONFIGURATION, NULL);
}

VZ_ACCESS_OBJECT (VzAudioOutputStreamSink, VzVirtioSoundDeviceOutputStreamConfiguration,
                  vz_virtio_sound_device_output_stream_configuration, sink)
