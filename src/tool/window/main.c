/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/window/machine-window.h"

#include <gio/gunixinputstream.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* How this works
 *
 * vz-window BUNDLE shows a bundle's machine for the command vz, which is not linked with GTK. It
 * reports on its standard output, one line each: "ready" once it has a window, "no-desktop" when it
 * cannot have one, "failed REASON", and "close" each time that the user wants to close the window.
 * It reads "show" from its standard input when the machine runs; the end of that input closes the
 * window. So the window appears before the machine runs, and stays until it is saved. */

typedef struct {
  MachineWindow *window;
  VzVirtualMachineConfiguration *configuration;
  GDataInputStream *orders;
} Program;

static void
tell (const char *word, const char *more)
{
  g_autofree char *line =
    g_strconcat (word, more != NULL ? " " : "", more != NULL ? more : "", "\n", NULL);
  gsize left = strlen (line);
  const char *at = line;

  while (left > 0)
    {
      gssize n = write (STDOUT_FILENO, at, left);

      if (n < 0 && errno != EINTR)
        return; /* vz is gone, which the other pipe tells */
      at += MAX (n, 0);
      left -= (gsize) MAX (n, 0);
    }
}

static int
fail (const GError *error)
{
  g_autofree char *reason = g_strdelimit (g_strdup (error->message), "\r\n", ' ');

  tell ("failed", reason);
  return 1;
}

static void
on_close (gpointer data)
{
  tell ("close", NULL);
}

static void
show (Program *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_attach (self->configuration, &error);

  if (machine != NULL)
    machine_window_show_machine (self->window, machine);
  else
    fail (error); /* it has ended already, or what is told now says why nothing is seen */
}

static void
on_order (GObject *source, GAsyncResult *result, gpointer data)
{
  Program *self = data;
  g_autofree char *line =
    g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      gtk_main_quit ();
      return;
    }
  if (g_str_equal (line, "show"))
    show (self);
  g_data_input_stream_read_line_async (self->orders, G_PRIORITY_DEFAULT, NULL, on_order, self);
}

static void
run (Program *self, const char *title)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (VzVirtualMachine) stopped = vz_virtual_machine_new (self->configuration);

  self->window = machine_window_new (title, on_close, NULL);
  machine_window_show_machine (self->window, stopped);
  self->orders = g_data_input_stream_new (input);
  tell ("ready", NULL);
  g_data_input_stream_read_line_async (self->orders, G_PRIORITY_DEFAULT, NULL, on_order, self);
  gtk_main ();
  machine_window_free (self->window);
  g_object_unref (self->orders);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) bundle = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  Program program = { 0 };

  /* Ctrl-C is for vz, which has the window until the machine is saved. */
  signal (SIGINT, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  if (argc != 3)
    return 2;
  if (!gtk_init_check (NULL, NULL))
    {
      tell ("no-desktop", NULL);
      return 3;
    }
  bundle = vz_bundle_look (argv[1], &error);
  if (bundle != NULL)
    configuration = vz_bundle_load_configuration (bundle, &error);
  if (configuration == NULL)
    return fail (error);
  program.configuration = configuration;
  run (&program, argv[2]);
  return 0;
}
