/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/audio/vz-file-audio-output-stream-sink.h"
#include "configuration/audio/vz-host-audio-input-stream-source.h"
#include "configuration/audio/vz-host-audio-output-stream-sink.h"
#include "configuration/vz-sound.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * A QEMU sound device has one host device for all that it plays and records. If the two directions
 * of a sound device have different ends, HD Audio gets two codecs with one host device each, so
 * that a guest without a microphone never hears the host's just because it may use its speakers. */

static gboolean
add_host_device (VzArguments *self, VzCommandLine *line, const char *id, gpointer end,
                 GError **error)
{
  VzOption *option;

  if (VZ_IS_HOST_AUDIO_INPUT_STREAM_SOURCE (end) || VZ_IS_HOST_AUDIO_OUTPUT_STREAM_SINK (end))
    {
      if (self->audio == NULL)
        return vz_fail (error, VZ_ERROR_INTERNAL, "a sound device without a host's sound");
      option = vz_command_line_add (line, "-audiodev", self->audio->driver);
      vz_option_set (option, "id", id);
      if (self->audio->server != NULL)
        vz_option_set (option, "server", self->audio->server);
      return TRUE;
    }
  option = vz_command_line_add (line, "-audiodev", end != NULL ? "wav" : "none");
  vz_option_set (option, "id", id);
  if (end != NULL)
    vz_option_set (
      option, "path",
      vz_file_audio_output_stream_sink_get_path (VZ_FILE_AUDIO_OUTPUT_STREAM_SINK (end)));
  return TRUE;
}

static gboolean
add_codec (VzArguments *self, VzCommandLine *line, const char *device_id, const char *driver,
           gpointer end, GError **error)
{
  g_autofree char *host_id = g_strdup_printf ("%s-%s", device_id, driver);
  VzOption *codec;

  if (!add_host_device (self, line, host_id, end, error))
    return FALSE;
  codec = vz_command_line_add (line, "-device", driver);
  vz_option_set_format (codec, "bus", "%s.0", device_id);
  vz_option_set (codec, "audiodev", host_id);
  return TRUE;
}

static gboolean
add_hd_audio (VzArguments *self, VzCommandLine *line, const char *id,
              VzVirtioSoundDeviceConfiguration *device, GError **error)
{
  VzOption *controller = vz_command_line_add (line, "-device", "ich9-intel-hda");
  gpointer source = vz_sound_get_source (device);
  gpointer sink = vz_sound_get_sink (device);
  gboolean records = vz_sound_find_input (device) != NULL;
  gboolean plays = vz_sound_find_output (device) != NULL;

  vz_option_set (controller, "id", id);
  if (!vz_arguments_place (self, controller, VZ_SLOT_SOUND, error))
    return FALSE;
  if (plays && records && vz_sound_is_uniform (device))
    return add_codec (self, line, id, "hda-duplex", sink, error);
  return (!plays || add_codec (self, line, id, "hda-output", sink, error)) &&
         (!records || add_codec (self, line, id, "hda-micro", source, error));
}

static gboolean
add_virtio_sound (VzArguments *self, VzCommandLine *line, const char *id,
                  VzVirtioSoundDeviceConfiguration *device, GError **error)
{
  g_autofree char *host_id = g_strconcat (id, "-host", NULL);
  VzOption *option;

  if (!add_host_device (self, line, host_id, vz_sound_get_sink (device), error))
    return FALSE;
  option = vz_command_line_add (line, "-device", "virtio-sound-pci");
  vz_option_set (option, "id", id);
  vz_option_set (option, "audiodev", host_id);
  vz_option_set (option, "streams", vz_sound_find_input (device) != NULL ? "2" : "1");
  return vz_arguments_place (self, option, VZ_SLOT_SOUND, error);
}

gboolean
vz_arguments_add_sound (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_audio_devices (self->configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzVirtioSoundDeviceConfiguration *device = devices->pdata[i];
      g_autofree char *id = g_strdup_printf ("sound%u", i);

      if (!(vz_sound_is_virtio (self->configuration, device)
              ? add_virtio_sound (self, line, id, device, error)
              : add_hd_audio (self, line, id, device, error)))
        return FALSE;
    }
  return TRUE;
}
