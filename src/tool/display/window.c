/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/window.h"

#include <gio/gunixinputstream.h>

#include <signal.h>
#include <string.h>

#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"

/* src/tool/window/main.c describes the protocol. */

#define PROGRAM "vz-window"
#define FAILED "failed "
#define ANSWER_TIMEOUT_MS (30 * 1000) /* GTK has no timeout of its own for a desktop that hangs */

struct _Window {
  GSubprocess *process;
  GDataInputStream *lines;
  GCancellable *cancellable; /* for the wait for a line */
  void (*closed) (gpointer data);
  gpointer data;
};

static gboolean
has_desktop (GError **error)
{
  return g_getenv ("WAYLAND_DISPLAY") != NULL || g_getenv ("DISPLAY") != NULL ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "no desktop to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set");
}

static char *
find_program (GError **error)
{
  char *program = vz_find_helper (PROGRAM, NULL);

  return program != NULL
           ? program
           : vz_fail_null (
               error, VZ_ERROR_NOT_SUPPORTED,
               "a window needs the program " PROGRAM
               ", which is not installed; on Debian it is in the package vz-gtk, and a build has "
               "it if libgtk-vnc-2.0-dev is installed; '--display web' needs no window");
}

static gboolean
judge_first_line (const char *line, GError **error)
{
  const char *display = g_getenv ("DISPLAY");
  const char *wayland = g_getenv ("WAYLAND_DISPLAY");

  if (g_strcmp0 (line, "ready") == 0)
    return TRUE;
  if (g_strcmp0 (line, "no-desktop") == 0)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "no desktop to open a window on: nothing answers at %s '%s'",
                    wayland != NULL ? "WAYLAND_DISPLAY" : "DISPLAY",
                    wayland != NULL ? wayland : display);
  if (line != NULL && g_str_has_prefix (line, FAILED))
    return vz_fail (error, VZ_ERROR_INTERNAL, "cannot open a window: %s", line + strlen (FAILED));
  return vz_fail (error, VZ_ERROR_INTERNAL, "cannot open a window: " PROGRAM " does not say why");
}

static gboolean
has_answered (GSubprocess *process)
{
  GInputStream *output = g_subprocess_get_stdout_pipe (process);
  GPollFD wait = { .fd = g_unix_input_stream_get_fd (G_UNIX_INPUT_STREAM (output)),
                   .events = G_IO_IN };

  return g_poll (&wait, 1, ANSWER_TIMEOUT_MS) > 0;
}

Window *
window_open (VzBundle *bundle, GError **error)
{
  g_autofree char *program = has_desktop (error) ? find_program (error) : NULL;
  g_autofree char *line = NULL;
  /* A bundle under construction is not yet at its final path. */
  g_autofree char *title = g_path_get_basename (vz_bundle_get_path (bundle));
  const char *argv[] = { program, vz_bundle_get_directory (bundle), title, NULL };
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                           G_SUBPROCESS_FLAGS_STDERR_SILENCE; /* GTK's messages about themes */
  GSubprocess *process = program != NULL ? g_subprocess_newv (argv, flags, error) : NULL;
  Window *self;

  if (process == NULL)
    return NULL;
  self = g_new0 (Window, 1);
  self->process = process;
  self->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  self->cancellable = g_cancellable_new ();
  if (has_answered (process))
    line = g_data_input_stream_read_line (self->lines, NULL, NULL, NULL);
  if (judge_first_line (line, error))
    return self;
  window_close (self);
  return NULL;
}

static void listen (Window *self);

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Window *self;
  g_autoptr (GError) error = NULL;
  g_autofree char *line =
    g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* freed */
  self = data;
  if (line != NULL && g_str_has_prefix (line, FAILED))
    tool_say ("vz: cannot show the machine: %s", line + strlen (FAILED));
  else if (line == NULL || g_str_equal (line, "close"))
    self->closed (self->data);
  if (line != NULL)
    listen (self);
}

static void
listen (Window *self)
{
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->cancellable, on_line,
                                       self);
}

void
window_show (Window *self, void (*closed) (gpointer data), gpointer data)
{
  self->closed = closed;
  self->data = data;
  /* If it cannot be told, its end tells it as well. */
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), "show\n",
                             strlen ("show\n"), NULL, NULL, NULL);
  listen (self);
}

void
window_close (Window *self)
{
  g_cancellable_cancel (self->cancellable);
  g_subprocess_send_signal (self->process, SIGTERM);
  g_object_unref (self->process);
  g_object_unref (self->lines);
  g_object_unref (self->cancellable);
  g_free (self);
}
