/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/terminal/console-size.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* One thread asks the agent, passing the current size each time: of many quick changes, as when a
 * window is dragged, the guest sees the last. */

#define QUIET_MS 200 /* without a change before the guest is told */

/* The serial ports that a console can be, in the order of Linux's names for x86_64, aarch64 and
 * virtio; "stty" makes the kernel signal the foreground program. */
#define SCRIPT \
  "for tty in ttyS0 ttyAMA0 hvc0; do " \
  "[ -c /dev/$tty ] && exec stty -F /dev/$tty rows \"$1\" cols \"$2\"; done"

struct _ConsoleSize {
  VzVirtualMachine *machine; /* borrowed */
  GCancellable *cancellable;
  guint window_source;
  guint timer;
  gboolean busy; /* a thread is asking */
  gboolean again; /* the size has changed since */
};

static void tell (ConsoleSize *self);

static void
ask_agent (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  VzGuestAgent *agent = data;
  g_autofree char *rows = NULL;
  g_autofree char *columns = NULL;
  struct winsize size;
  int status;

  if (vz_guest_agent_wait (agent, -1, cancellable, NULL) &&
      ioctl (STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
    {
      const char *argv[] = { "/bin/sh", "-c", SCRIPT, "sh", NULL, NULL, NULL };

      argv[4] = rows = g_strdup_printf ("%u", size.ws_row);
      argv[5] = columns = g_strdup_printf ("%u", size.ws_col);
      vz_guest_agent_exec (agent, argv, NULL, &status, NULL, NULL, cancellable, NULL);
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_told (GObject *source, GAsyncResult *result, gpointer data)
{
  ConsoleSize *self = data;

  self->busy = FALSE;
  if (self->again)
    tell (self);
}

static void
tell (ConsoleSize *self)
{
  VzGuestAgent *agent = vz_virtual_machine_get_guest_agent (self->machine);
  g_autoptr (GTask) task = NULL;

  self->again = self->busy;
  if (self->busy || agent == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  self->busy = TRUE;
  task = g_task_new (NULL, self->cancellable, on_told, self);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_object_ref (agent), g_object_unref);
  g_task_run_in_thread (task, ask_agent);
}

static gboolean
on_quiet (gpointer data)
{
  ConsoleSize *self = data;

  self->timer = 0;
  tell (self);
  return G_SOURCE_REMOVE;
}

static void
on_changed (ConsoleSize *self)
{
  if (self->timer != 0)
    g_source_remove (self->timer);
  self->timer = g_timeout_add (QUIET_MS, on_quiet, self);
}

static gboolean
on_window_signal (gpointer data)
{
  on_changed (data);
  return G_SOURCE_CONTINUE;
}

ConsoleSize *
console_size_new (VzVirtualMachine *machine)
{
  ConsoleSize *self;

  if (!isatty (STDIN_FILENO))
    return NULL;
  self = g_new0 (ConsoleSize, 1);
  self->machine = machine;
  self->cancellable = g_cancellable_new ();
  self->window_source = g_unix_signal_add (SIGWINCH, on_window_signal, self);
  tell (self);
  return self;
}

void
console_size_free (ConsoleSize *self)
{
  if (self == NULL)
    return;
  g_source_remove (self->window_source);
  if (self->timer != 0)
    g_source_remove (self->timer);
  g_cancellable_cancel (self->cancellable);
  self->again = FALSE;
  while (self->busy) /* it uses what is freed below */
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (self->cancellable);
  g_free (self);
}
