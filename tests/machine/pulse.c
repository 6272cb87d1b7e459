/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pulse.h"

#define RATE 44100
#define AMPLITUDE 8000
#define FORMAT " --rate=44100 --channels=2 --format=s16le --latency-msec=50 "

static GSubprocess *
spawn (const char *script)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *self =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "sh", "-c", script, NULL);

  g_assert_no_error (error);
  return self;
}

static void
write_script (const char *path, const char *socket)
{
  g_autofree char *text =
    g_strdup_printf ("load-module module-native-protocol-unix socket=%s auth-anonymous=1\n"
                     "load-module module-null-sink sink_name=speakers\n"
                     "load-module module-null-sink sink_name=room\n"
                     "set-default-sink speakers\n"
                     "set-default-source room.monitor\n",
                     socket);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* A second of it. */
static void
write_tone (const char *path, guint tone)
{
  g_autofree gint16 *data = g_new (gint16, 2 * RATE);

  for (guint i = 0; i < RATE; i++)
    data[2 * i] = data[2 * i + 1] = i * 2 * tone / RATE % 2 == 0 ? AMPLITUDE : -AMPLITUDE;
  g_assert_true (g_file_set_contents (path, (const char *) data, 2 * RATE * sizeof *data, NULL));
}

static void
wait_for_server (const char *socket)
{
  for (guint i = 0; i < 1500 && !g_file_test (socket, G_FILE_TEST_EXISTS); i++)
    g_usleep (20 * 1000);
  g_assert_true (g_file_test (socket, G_FILE_TEST_EXISTS));
}

char *
pulse_start (Pulse *self, const char *folder, guint tone)
{
  g_autofree char *socket = g_build_filename (folder, "pulse.sock", NULL);
  g_autofree char *script = g_build_filename (folder, "pulse.pa", NULL);
  g_autofree char *wave = g_build_filename (folder, "tone.raw", NULL);
  char *played = g_build_filename (folder, "played.raw", NULL);
  g_autofree char *server = g_strdup_printf ("exec pulseaudio -n -F %s --daemonize=no "
                                             "--exit-idle-time=-1 --use-pid-file=no --disable-shm",
                                             script);
  g_autofree char *recorder =
    g_strdup_printf ("exec parec --device=speakers.monitor" FORMAT "%s", played);
  g_autofree char *player =
    g_strdup_printf ("while cat %s; do :; done | pacat --playback --device=room" FORMAT, wave);

  write_script (script, socket);
  write_tone (wave, tone);
  g_setenv ("PULSE_SERVER", socket, TRUE);
  self->server = spawn (server);
  wait_for_server (socket);
  self->recorder = spawn (recorder);
  self->player = spawn (player);
  return played;
}

static void
end (GSubprocess **process)
{
  if (*process == NULL)
    return;
  g_subprocess_force_exit (*process);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

/* The player ends with its server, and with it what feeds it. */
void
pulse_stop (Pulse *self)
{
  end (&self->recorder);
  end (&self->server);
  if (self->player != NULL)
    g_subprocess_wait (self->player, NULL, NULL);
  g_clear_object (&self->player);
  g_unsetenv ("PULSE_SERVER");
}
