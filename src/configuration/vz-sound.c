/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-sound.h"

#include "configuration/audio/vz-host-audio-input-stream-source.h"
#include "configuration/audio/vz-host-audio-output-stream-sink.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "foundation/host/vz-version.h"

#include <string.h>

#define FIRST_VIRTIO_BOARD "8.2"

static gpointer
find (VzVirtioSoundDeviceConfiguration *device, GType type)
{
  GPtrArray *streams = vz_virtio_sound_device_configuration_get_streams (device);

  for (guint i = 0; i < streams->len; i++)
    if (G_TYPE_CHECK_INSTANCE_TYPE (streams->pdata[i], type))
      return streams->pdata[i];
  return NULL;
}

VzVirtioSoundDeviceInputStreamConfiguration *
vz_sound_find_input (VzVirtioSoundDeviceConfiguration *device)
{
  return find (device, VZ_TYPE_VIRTIO_SOUND_DEVICE_INPUT_STREAM_CONFIGURATION);
}

VzVirtioSoundDeviceOutputStreamConfiguration *
vz_sound_find_output (VzVirtioSoundDeviceConfiguration *device)
{
  return find (device, VZ_TYPE_VIRTIO_SOUND_DEVICE_OUTPUT_STREAM_CONFIGURATION);
}

VzAudioInputStreamSource *
vz_sound_get_source (VzVirtioSoundDeviceConfiguration *device)
{
  VzVirtioSoundDeviceInputStreamConfiguration *input = vz_sound_find_input (device);

  return input != NULL ? vz_virtio_sound_device_input_stream_configuration_get_source (input)
                       : NULL;
}

VzAudioOutputStreamSink *
vz_sound_get_sink (VzVirtioSoundDeviceConfiguration *device)
{
  VzVirtioSoundDeviceOutputStreamConfiguration *output = vz_sound_find_output (device);

  return output != NULL ? vz_virtio_sound_device_output_stream_configuration_get_sink (output)
                        : NULL;
}

gboolean
vz_sound_is_uniform (VzVirtioSoundDeviceConfiguration *device)
{
  VzAudioInputStreamSource *source = vz_sound_get_source (device);
  VzAudioOutputStreamSink *sink = vz_sound_get_sink (device);

  if (vz_sound_find_input (device) == NULL || vz_sound_find_output (device) == NULL)
    return TRUE;
  return (source == NULL && sink == NULL) || (VZ_IS_HOST_AUDIO_INPUT_STREAM_SOURCE (source) &&
                                              VZ_IS_HOST_AUDIO_OUTPUT_STREAM_SINK (sink));
}

/* The version in "pc-q35-8.2"; NULL: not a generic board. */
static const char *
board_version (VzVirtualMachineConfiguration *configuration)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (configuration);
  VzGenericHardwareModel *model = NULL;
  const char *dash = NULL;

  if (platform != NULL && VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    model = vz_generic_platform_configuration_get_hardware_model (
      VZ_GENERIC_PLATFORM_CONFIGURATION (platform));
  if (model != NULL)
    dash = strrchr (vz_generic_hardware_model_get_machine_type (model), '-');
  return dash != NULL ? dash + 1 : NULL;
}

gboolean
vz_sound_is_virtio (VzVirtualMachineConfiguration *configuration,
                    VzVirtioSoundDeviceConfiguration *device)
{
  const char *version = board_version (configuration);

  return version != NULL && vz_version_compare (version, FIRST_VIRTIO_BOARD) >= 0 &&
         vz_sound_find_output (device) != NULL && vz_sound_is_uniform (device);
}

gboolean
vz_sound_needs_host (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_audio_devices (configuration);

  for (guint i = 0; i < devices->len; i++)
    if (VZ_IS_HOST_AUDIO_INPUT_STREAM_SOURCE (vz_sound_get_source (devices->pdata[i])) ||
        VZ_IS_HOST_AUDIO_OUTPUT_STREAM_SINK (vz_sound_get_sink (devices->pdata[i])))
      return TRUE;
  return FALSE;
}
