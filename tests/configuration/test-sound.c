/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validation-rows.h"

/* Sound devices: what is valid, and which of them can be saved. */

#define SOUND "audio-devices[0]: "

static VzVirtioSoundDeviceConfiguration *
add_sound (Fixture *fixture)
{
  VzVirtioSoundDeviceConfiguration *device = vz_virtio_sound_device_configuration_new ();

  fixture_add (fixture->config, "audio-devices", device);
  return device;
}

static void
add_output (VzVirtioSoundDeviceConfiguration *device, gpointer sink)
{
  VzVirtioSoundDeviceOutputStreamConfiguration *output =
    vz_virtio_sound_device_output_stream_configuration_new ();

  g_object_set (output, "sink", sink, NULL);
  g_clear_object (&sink);
  fixture_add (device, "streams", output);
}

static void
no_streams (Fixture *fixture)
{
  add_sound (fixture);
}

static void
two_outputs (Fixture *fixture)
{
  VzVirtioSoundDeviceConfiguration *device = add_sound (fixture);

  add_output (device, NULL);
  add_output (device, NULL);
}

static void
file_without_path (Fixture *fixture)
{
  add_output (add_sound (fixture), vz_file_audio_output_stream_sink_new (NULL));
}

static void
file_without_folder (Fixture *fixture)
{
  add_output (add_sound (fixture), vz_file_audio_output_stream_sink_new ("/nonexistent/a.wav"));
}

static void
one_file_twice (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "a.wav", -1);

  add_output (add_sound (fixture), vz_file_audio_output_stream_sink_new (path));
  add_output (add_sound (fixture), vz_file_audio_output_stream_sink_new (path));
}

static const ValidationRow rows[] = {
  { "no-streams", NULL, NULL, no_streams,
    SOUND "streams: '0 inputs and 0 outputs' found, must be an input stream, an output stream, or "
          "one of each" },
  { "two-outputs", NULL, NULL, two_outputs,
    SOUND "streams: '0 inputs and 2 outputs' found, must be an input stream, *" },
  { "file-without-path", NULL, NULL, file_without_path,
    "audio-devices[0].streams[0].sink: path: nothing found, must not be empty" },
  { "file-without-folder", NULL, NULL, file_without_folder,
    "audio-devices[0].streams[0].sink: path: '/nonexistent/a.wav' found, must be in an existing "
    "directory: *" },
  { "one-file-twice", NULL, NULL, one_file_twice,
    "audio-devices[1].streams.sink: path: '*' found, must differ from that of "
    "audio-devices[0].streams.sink" },
};

/* HD Audio can be saved, virtio sound cannot; the board decides which of them is used. */
static void
test_saving (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *board;
    gboolean saves;
  } boards[] = {
    { "pc-q35-7.2", TRUE }, { "pc-q35-8.1", TRUE },  { "pc-q35-8.2", FALSE },
    { "virt-10.0", FALSE }, { "pc-q35-9.0", FALSE },
  };

  add_output (add_sound (fixture), vz_host_audio_output_stream_sink_new ());
  for (gsize i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VzGenericHardwareModel) model = fixture_new_model (boards[i].board);

      g_object_set (vz_virtual_machine_configuration_get_platform (fixture->config),
                    "hardware-model", model, NULL);
      g_assert_cmpint (
        vz_virtual_machine_configuration_validate_save_restore_support (fixture->config, &error),
        ==, boards[i].saves);
      if (!boards[i].saves)
        validation_assert_lines (error->message,
                                 SOUND "type: 'virtio sound device' found, must be absent: "
                                       "QEMU cannot save it on boards from 8.2 on");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  validation_add_rows (rows, G_N_ELEMENTS (rows));
  g_test_add ("/sound/saving", Fixture, NULL, fixture_set_up, test_saving, fixture_tear_down);
  return g_test_run ();
}
