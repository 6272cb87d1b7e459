/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../configuration/config-fixture.h"

#include "qemu/arguments/vz-arguments.h"
#include "qemu/vz-audio-host.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What QEMU is given for a sound device, and which of the host's sound servers is used. */

typedef enum {
  NO_STREAM,
  NOTHING,
  HOST,
  FILE_END,
} End;

typedef struct {
  const char *name;
  const char *board;
  End input, output;
  const char *expected; /* the options, one per line */
} Row;

#define HDA "-device ich9-intel-hda,id=sound0,addr=0x13\n"

static const Row rows[] = {
  { "both", "pc-q35-7.2", HOST, HOST,
    HDA "-audiodev pa,id=sound0-hda-duplex,server=unix:/run/pulse\n"
        "-device hda-duplex,bus=sound0.0,audiodev=sound0-hda-duplex\n" },
  { "silent", "pc-q35-7.2", NOTHING, NOTHING,
    HDA "-audiodev none,id=sound0-hda-duplex\n"
        "-device hda-duplex,bus=sound0.0,audiodev=sound0-hda-duplex\n" },
  { "speakers", "pc-q35-7.2", NO_STREAM, HOST,
    HDA "-audiodev pa,id=sound0-hda-output,server=unix:/run/pulse\n"
        "-device hda-output,bus=sound0.0,audiodev=sound0-hda-output\n" },
  { "microphone", "pc-q35-7.2", HOST, NO_STREAM,
    HDA "-audiodev pa,id=sound0-hda-micro,server=unix:/run/pulse\n"
        "-device hda-micro,bus=sound0.0,audiodev=sound0-hda-micro\n" },
  { "deaf", "pc-q35-8.2", NOTHING, HOST,
    HDA "-audiodev pa,id=sound0-hda-output,server=unix:/run/pulse\n"
        "-device hda-output,bus=sound0.0,audiodev=sound0-hda-output\n"
        "-audiodev none,id=sound0-hda-micro\n"
        "-device hda-micro,bus=sound0.0,audiodev=sound0-hda-micro\n" },
  { "file", "pc-q35-7.2", NO_STREAM, FILE_END,
    HDA "-audiodev wav,id=sound0-hda-output,path=/a,,b.wav\n"
        "-device hda-output,bus=sound0.0,audiodev=sound0-hda-output\n" },
  { "virtio-both", "pc-q35-8.2", HOST, HOST,
    "-audiodev pa,id=sound0-host,server=unix:/run/pulse\n"
    "-device virtio-sound-pci,id=sound0,audiodev=sound0-host,streams=2,addr=0x13\n" },
  { "virtio-speakers", "pc-q35-10.0", NO_STREAM, HOST,
    "-audiodev pa,id=sound0-host,server=unix:/run/pulse\n"
    "-device virtio-sound-pci,id=sound0,audiodev=sound0-host,streams=1,addr=0x13\n" },
};

static void
add_stream (GPtrArray *streams, End end, const char *property, gpointer stream, gpointer host)
{
  g_autoptr (VzFileAudioOutputStreamSink) file = vz_file_audio_output_stream_sink_new ("/a,b.wav");

  if (end == HOST)
    g_object_set (stream, property, host, NULL);
  if (end == FILE_END)
    g_object_set (stream, property, file, NULL);
  if (end != NO_STREAM)
    g_ptr_array_add (streams, g_object_ref (stream));
  g_object_unref (stream);
  g_object_unref (host);
}

static VzVirtualMachineConfiguration *
new_configuration (const Row *row)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autoptr (VzVirtioSoundDeviceConfiguration) device = vz_virtio_sound_device_configuration_new ();
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();
  g_autoptr (VzGenericHardwareModel) model = fixture_new_model (row->board);

  vz_generic_platform_configuration_set_hardware_model (platform, model);
  vz_virtual_machine_configuration_set_platform (configuration,
                                                 VZ_PLATFORM_CONFIGURATION (platform));
  add_stream (streams, row->input, "source",
              vz_virtio_sound_device_input_stream_configuration_new (),
              vz_host_audio_input_stream_source_new ());
  add_stream (streams, row->output, "sink",
              vz_virtio_sound_device_output_stream_configuration_new (),
              vz_host_audio_output_stream_sink_new ());
  vz_virtio_sound_device_configuration_set_streams (device, streams);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_audio_devices (configuration, devices);
  return configuration;
}

static void
test_arguments (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (VzVirtualMachineConfiguration) configuration = new_configuration (row);
  g_autoptr (VzCommandLine) line = vz_command_line_new ();
  VzAudioHost host = { "pa", (char *) "unix:/run/pulse" };
  VzArguments arguments = { .configuration = configuration, .audio = &host };
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;

  g_assert_true (vz_arguments_add_sound (&arguments, line, &error));
  g_assert_no_error (error);
  argv = vz_command_line_render (line, "qemu", &error);
  g_assert_no_error (error);
  for (guint i = 1; argv[i] != NULL && argv[i + 1] != NULL; i += 2)
    g_string_append_printf (found, "%s %s\n", argv[i], argv[i + 1]);
  g_assert_cmpstr (found->str, ==, row->expected);
}

/* A program that reports which drivers it has. */
static char *
make_program (const char *folder, const char *drivers)
{
  char *path = g_build_filename (folder, "qemu", NULL);
  g_autofree char *text = g_strdup_printf (
    "#!/bin/sh\n[ \"$*\" = '-audiodev help' ] && printf 'Available audio drivers:\\n%s'\n",
    drivers);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  return path;
}

static void
check_host (const char *folder, const char *drivers, const char *driver, const char *reason)
{
  g_autofree char *program = make_program (folder, drivers);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzAudioHost) host = vz_audio_host_find (program, &error);

  if (driver != NULL)
    {
      g_assert_no_error (error);
      g_assert_cmpstr (host->driver, ==, driver);
      g_assert_true ((host->server != NULL) == g_str_equal (driver, "pa"));
      return;
    }
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  if (strstr (error->message, reason) == NULL)
    g_error ("no '%s' in: %s", reason, error->message);
}

static void
test_host (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vza-XXXXXX", NULL);
  g_autofree char *pipewire = g_build_filename (folder, "pipewire-0", NULL);
  g_autofree char *pulse = g_build_filename (folder, "pulse-socket", NULL);
  g_autofree char *program = g_build_filename (folder, "qemu", NULL);
  gboolean has_alsa = g_access ("/dev/snd/controlC0", R_OK | W_OK) == 0;

  g_setenv ("PIPEWIRE_RUNTIME_DIR", folder, TRUE);
  g_setenv ("PULSE_SERVER", pulse, TRUE);
  check_host (folder, "none\\nalsa\\nwav\\n", has_alsa ? "alsa" : NULL, "no usable sound");
  g_assert_true (g_file_set_contents (pulse, "", 0, NULL));
  check_host (folder, "none\\npa\\n", "pa", NULL);
  g_assert_true (g_file_set_contents (pipewire, "", 0, NULL));
  check_host (folder, "none\\npa\\npipewire\\n", "pipewire", NULL);
  check_host (folder, "none\\npa\\n", "pa", NULL);
  check_host (folder, "none\\n", NULL, "has PipeWire and PulseAudio");
  g_unlink (pipewire);
  g_unlink (pulse);
  g_unlink (program);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sound/arguments/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_arguments);
    }
  g_test_add_func ("/sound/host", test_host);
  return g_test_run ();
}
