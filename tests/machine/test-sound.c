/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"
#include "pulse.h"

#include <string.h>

/* What a guest plays is in the host's file, or reaches its sound server; what it records is what
 * that server's microphone hears, or silence without a source; a machine saved with sound continues
 * to play. */

#define RATE 44100
#define WAV_HEADER 44
#define LOUD 1000 /* of 32767 */
#define FREQUENCY 441
#define PERIOD (RATE / FREQUENCY)

/* @source may be %NULL. */
static void
add_sound (Guest *guest, VzAudioOutputStreamSink *sink, gpointer source)
{
  g_autoptr (VzVirtioSoundDeviceConfiguration) device = vz_virtio_sound_device_configuration_new ();
  g_autoptr (VzVirtioSoundDeviceOutputStreamConfiguration)
    output = vz_virtio_sound_device_output_stream_configuration_new ();
  g_autoptr (VzVirtioSoundDeviceInputStreamConfiguration)
    input = vz_virtio_sound_device_input_stream_configuration_new ();
  g_autoptr (GPtrArray) streams = g_ptr_array_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  vz_virtio_sound_device_output_stream_configuration_set_sink (output, sink);
  g_object_set (input, "source", source, NULL);
  g_ptr_array_add (streams, output);
  g_ptr_array_add (streams, input);
  vz_virtio_sound_device_configuration_set_streams (device, streams);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_audio_devices (guest->configuration, devices);
}

static char *
add_file (Guest *guest)
{
  char *path = g_build_filename (guest->root, "played.wav", NULL);
  g_autoptr (VzFileAudioOutputStreamSink) sink = vz_file_audio_output_stream_sink_new (path);

  add_sound (guest, VZ_AUDIO_OUTPUT_STREAM_SINK (sink), NULL);
  return path;
}

/* The left channel is loud, and rises once per period of the tone. A slow guest leaves gaps, or
 * plays its ring's contents again: so not every period is right, but most are. */
static void
assert_tone (const char *path, gsize header)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size, last_rise = 0;
  guint n_rises = 0, n_periods = 0, n_loud = 0;
  gint16 before = 0;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, >, header + RATE * 2);
  for (gsize at = header; at + 4 <= size; at += 4)
    {
      gint16 sample;

      memcpy (&sample, data + at, sizeof sample);
      sample = GINT16_FROM_LE (sample);
      n_loud += sample > LOUD || sample < -LOUD;
      if (before < 0 && sample > 0)
        {
          gsize period = (at - last_rise) / 4;

          n_rises++;
          n_periods += period + 2 >= PERIOD && period <= PERIOD + 2;
          last_rise = at;
        }
      before = sample;
    }
  g_test_message ("%u loud samples, %u rises, %u periods", n_loud, n_rises, n_periods);
  g_assert_cmpuint (n_loud, >, RATE / 4);
  g_assert_cmpuint (n_periods, >, FREQUENCY / 4);
  g_assert_cmpuint (n_periods, >, n_rises - n_rises / 4);
}

static void
assert_wav (const char *path)
{
  g_autofree char *data = NULL;

  g_assert_true (g_file_get_contents (path, &data, NULL, NULL));
  g_assert_cmpmem (data, 4, "RIFF", 4);
  assert_tone (path, WAV_HEADER);
}

static void
test_tone (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autofree char *path = NULL, *peak = NULL;

  if (guest == NULL)
    return;
  path = add_file (guest);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_command (guest, "wait-for /dev/snd/controlC0"); /* which comes last */
  guest_command (guest, "play 441");
  /* The first codec only plays, so the second has the microphone. */
  guest_command (guest, "record /dev/snd/pcmC0D2c");
  peak = guest_expect (guest, "peak ");
  g_assert_cmpstr (peak, ==, "0");
  guest_stop (guest);
  assert_wav (path);
}

static void
test_saved (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL, *state = NULL;

  if (guest == NULL)
    return;
  path = add_file (guest);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_command (guest, "wait-for /dev/snd/controlC0");
  guest_command (guest, "play 441");
  state = guest_dup_save_path (guest);
  guest_pause_and_save (guest, state);
  guest_make_again (guest);
  vz_virtual_machine_restore_machine_state_from_file (guest->machine, state, NULL, NULL, &error);
  g_assert_no_error (error);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_connect (guest);
  guest_command (guest, "play 441");
  guest_stop (guest);
  assert_wav (path);
}

static void
test_host (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (VzHostAudioOutputStreamSink) sink = vz_host_audio_output_stream_sink_new ();
  g_autoptr (VzHostAudioInputStreamSource) source = vz_host_audio_input_stream_source_new ();
  g_auto (Pulse) pulse = { NULL };
  g_autofree char *path = NULL, *peak = NULL;

  if (guest == NULL)
    return;
  path = pulse_start (&pulse, guest->root, FREQUENCY);
  add_sound (guest, VZ_AUDIO_OUTPUT_STREAM_SINK (sink), source);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_command (guest, "wait-for /dev/snd/controlC0");
  guest_command (guest, "play 441");
  guest_command (guest, "record /dev/snd/pcmC0D0c");
  peak = guest_expect (guest, "peak ");
  g_assert_cmpuint (g_ascii_strtoull (peak, NULL, 10), >, LOUD);
  guest_stop (guest);
  pulse_stop (&pulse);
  assert_tone (path, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sound/tone", test_tone);
  g_test_add_func ("/sound/saved", test_saved);
  g_test_add_func ("/sound/host", test_host);
  return g_test_run ();
}
