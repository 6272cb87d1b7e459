/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-virtio-sound-device-input-stream-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioSoundDeviceInputStreamConfiguration:
 *
 * A stream that the guest records. Apple: `VZVirtioSoundDeviceInputStreamConfiguration`.
 *
 * QEMU's recording devices also play: what the guest plays on a device without an output stream
 * goes to the same host device.
 *
 * QEMU: a stream of `virtio-sound-pci` on boards of version 8.2 or newer, otherwise a codec of
 * `ich9-intel-hda`.
 *
 * Since: 0.1
 */
struct _VzVirtioSoundDeviceInputStreamConfiguration {
  VzVirtioSoundDeviceStreamConfiguration parent_instance;

  VzAudioInputStreamSource *source;
};

static const VzField fields[] = {
  VZ_OBJECT ("source", VzVirtioSoundDeviceInputStreamConfiguration, source,
             "where the sound comes from; without it, the guest records silence",
             vz_audio_input_stream_source_get_type),
};

VZ_DEFINE_CONFIG (VzVirtioSoundDeviceInputStreamConfiguration,
                  vz_virtio_sound_device_input_stream_configuration,
                  VZ_TYPE_VIRTIO_SOUND_DEVICE_STREAM_CONFIGURATION)

/**
 * vz_virtio_sound_device_input_stream_configuration_new:
 *
 * Makes an input stream.
 *
 * Returns: (transfer full): the input stream
 */
VzVirtioSoundDeviceInputStreamConfiguration *
vz_virtio_sound_device_input_stream_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_SOUND_DEVICE_INPUT_STREAM_CONFIGURATION, NULL);
}

VZ_ACCESS_OBJECT (VzAudioInputStreamSource, VzVirtioSoundDeviceInputStreamConfiguration,
                  vz_virtio_sound_device_input_stream_configuration, source)
