/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-virtio-sound-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioSoundDeviceConfiguration:
 *
 * A sound device. Apple: `VZVirtioSoundDeviceConfiguration`.
 *
 * ```c
 * g_autoptr (VzHostAudioOutputStreamSink) speakers = vz_host_audio_output_stream_sink_new ();
 * g_autoptr (VzVirtioSoundDeviceOutputStreamConfiguration) output =
 *   vz_virtio_sound_device_output_stream_configuration_new ();
 *
 * vz_virtio_sound_device_output_stream_configuration_set_sink (
 *   output, VZ_AUDIO_OUTPUT_STREAM_SINK (speakers));
 * ```
 *
 * QEMU: `virtio-sound-pci` on boards of version 8.2 or newer, where all streams share one host
 * device and one of them is played; otherwise `ich9-intel-hda` with `hda-duplex`, `hda-output` or
 * `hda-micro`. What the guest sees depends on its board and never changes. QEMU cannot save a
 * machine with the former.
 *
 * Since: 0.1
 */
struct _VzVirtioSoundDeviceConfiguration {
  VzAudioDeviceConfiguration parent_instance;

  GPtrArray *streams; /* of VzVirtioSoundDeviceStreamConfiguration */
};

static const VzField fields[] = {
  VZ_ARRAY ("streams", VzVirtioSoundDeviceConfiguration, streams,
            "what it plays and records; at most one of each",
            vz_virtio_sound_device_stream_configuration_get_type),
};

static guint
count_of_type (VzVirtioSoundDeviceConfiguration *self, GType type)
{
  guint n = 0;

  for (guint i = 0; i < self->streams->len; i++)
    n += (guint) G_TYPE_CHECK_INSTANCE_TYPE (self->streams->pdata[i], type);
  return n;
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVirtioSoundDeviceConfiguration *self = VZ_VIRTIO_SOUND_DEVICE_CONFIGURATION (config);
  guint n_inputs = count_of_type (self, VZ_TYPE_VIRTIO_SOUND_DEVICE_INPUT_STREAM_CONFIGURATION);
  guint n_outputs = count_of_type (self, VZ_TYPE_VIRTIO_SOUND_DEVICE_OUTPUT_STREAM_CONFIGURATION);
  g_autofree char *found = g_strdup_printf ("%u inputs and %u outputs", n_inputs, n_outputs);

  if (n_inputs > 1 || n_outputs > 1 || n_inputs + n_outputs == 0)
    vz_problems_add (problems, config, "streams", found,
                     "must be an input stream, an output stream, or one of each");
}

VZ_DEFINE_CONFIG (VzVirtioSoundDeviceConfiguration, vz_virtio_sound_device_configuration,
                  VZ_TYPE_AUDIO_DEVICE_CONFIGURATION, .check = check)

/**
 * vz_virtio_sound_device_configuration_new:
 *
 * Makes a sound device without streams.
 *
 * Returns: (transfer full): the sound device
 */
VzVirtioSoundDeviceConfiguration *
vz_virtio_sound_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_SOUND_DEVICE_CONFIGURATION, NULL);
}

VZ_ACCESS_ARRAY (VzVirtioSoundDeviceConfiguration, vz_virtio_sound_device_configuration, streams)
