/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-audio-host.h"

#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"

#include <string.h>
#include <unistd.h>

#define LIMIT_MS 30000 /* for a program on a slow disk, on a loaded host */
#define UNIX_PREFIX "unix:"

void
vz_audio_host_free (VzAudioHost *self)
{
  g_free (self->server);
  g_free (self);
}

static gboolean
is_usable (const char *path)
{
  return access (path, R_OK | W_OK) == 0;
}

static char *
find_pipewire (void)
{
  const char *folder = g_getenv ("PIPEWIRE_RUNTIME_DIR");
  const char *name = g_getenv ("PIPEWIRE_REMOTE");

  return g_build_filename (folder != NULL ? folder : g_get_user_runtime_dir (),
                           name != NULL ? name : "pipewire-0", NULL);
}

/* A server that is not on this host is unrelated to its speakers. */
static char *
find_pulse (void)
{
  const char *named = g_getenv ("PULSE_SERVER");

  if (named != NULL && g_str_has_prefix (named, UNIX_PREFIX))
    return g_strdup (named + strlen (UNIX_PREFIX));
  if (named != NULL && *named == '/')
    return g_strdup (named);
  return g_build_filename (g_get_user_runtime_dir (), "pulse", "native", NULL);
}

static char *
find_alsa (void)
{
  return g_strdup ("/dev/snd/controlC0");
}

static const struct {
  const char *driver;
  const char *name;
  char *(*find) (void);
} drivers[] = {
  { "pipewire", "PipeWire", find_pipewire },
  { "pa", "PulseAudio", find_pulse },
  { "alsa", "ALSA", find_alsa },
};

static char **
ask_drivers (const char *binary, GError **error)
{
  const char *argv[] = { binary, "-audiodev", "help", NULL };
  VzRun run = { .argv = argv, .limit_ms = LIMIT_MS, .wants_output = TRUE };
  g_autofree char *output = NULL;
  int status;
  VZ_ERROR_PREFIX ("getting the audio drivers of '%s'", binary);

  return vz_run (&run, &status, &output, NULL, error) ? g_strsplit (output, "\n", -1) : NULL;
}

VzAudioHost *
vz_audio_host_find (const char *binary, GError **error)
{
  g_auto (GStrv) known = ask_drivers (binary, error);
  g_autoptr (GString) there = g_string_new (NULL);

  if (known == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (drivers); i++)
    {
      g_autofree char *path = drivers[i].find ();

      if (!is_usable (path))
        continue;
      if (g_strv_contains ((const char *const *) known, drivers[i].driver))
        {
          VzAudioHost *self = g_new0 (VzAudioHost, 1);

          self->driver = drivers[i].driver;
          if (g_str_equal (self->driver, "pa"))
            self->server = g_strconcat (UNIX_PREFIX, path, NULL);
          return self;
        }
      g_string_append_printf (there, "%s%s", there->len > 0 ? " and " : "", drivers[i].name);
    }
  if (there->len == 0)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "this host has no usable sound: neither PipeWire nor PulseAudio in '%s', "
                         "and no sound card in /dev/snd that this user may open (group audio)",
                         g_get_user_runtime_dir ());
  return vz_fail_null (
    error, VZ_ERROR_NOT_SUPPORTED,
    "this host has %s, but this QEMU ('%s') has no driver for it (package qemu-system-gui)",
    there->str, binary);
}
