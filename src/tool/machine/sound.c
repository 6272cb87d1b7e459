/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/sound.h"

static VzVirtioSoundDeviceConfiguration *
get_device (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *present = vz_virtual_machine_configuration_get_audio_devices (configuration);
  g_autoptr (GPtrArray) devices = NULL;
  VzVirtioSoundDeviceConfiguration *device;

  if (present->len > 0)
    return present->pdata[0];
  devices = g_ptr_array_copy (present, (GCopyFunc) (void *) g_object_ref, NULL);
  device = vz_virtio_sound_device_configuration_new ();
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_audio_devices (configuration, devices);
  return device;
}

static VzVirtioSoundDeviceOutputStreamConfiguration *
get_output (VzVirtioSoundDeviceConfiguration *device)
{
  GPtrArray *present = vz_virtio_sound_device_configuration_get_streams (device);
  g_autoptr (GPtrArray) streams = NULL;
  VzVirtioSoundDeviceOutputStreamConfiguration *output;

  for (guint i = 0; i < present->len; i++)
    if (VZ_IS_VIRTIO_SOUND_DEVICE_OUTPUT_STREAM_CONFIGURATION (present->pdata[i]))
      return present->pdata[i];
  streams = g_ptr_array_copy (present, (GCopyFunc) (void *) g_object_ref, NULL);
  output = vz_virtio_sound_device_output_stream_configuration_new ();
  g_ptr_array_add (streams, output);
  vz_virtio_sound_device_configuration_set_streams (device, streams);
  return output;
}

void
sound_share (VzVirtualMachineConfiguration *configuration)
{
  VzVirtioSoundDeviceOutputStreamConfiguration *output = get_output (get_device (configuration));
  g_autoptr (VzHostAudioOutputStreamSink) speakers = vz_host_audio_output_stream_sink_new ();

  vz_virtio_sound_device_output_stream_configuration_set_sink (
    output, VZ_AUDIO_OUTPUT_STREAM_SINK (speakers));
}
