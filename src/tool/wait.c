/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "tool/progress-display.h"

/* The library's plain calls block. Here they run in their own thread while the main thread runs the
 * main loop: signals cancel, and progress is drawn where it was created. */

typedef struct {
  VzToolCall call;
  gpointer data;
  GCancellable *cancellable;
  GMainLoop *loop;
  gboolean ok;
  GError *error;
} Waiting;

typedef struct {
  GMainLoop *loop;
  GThread *thread;
  GSource *sources[3];
} Watch;

static gboolean ended; /* the last call has returned */

static gboolean
quit_loop (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer data)
{
  GCancellable *cancellable = data;
  /* A second signal changes nothing: the cleanup must be completed. */
  gboolean is_first = !g_cancellable_is_cancelled (cancellable);

  /* What was finished before anyone looked is finished. */
  if (ended)
    return G_SOURCE_CONTINUE;
  g_cancellable_cancel (cancellable);
  if (is_first)
    tool_say ("\ninterrupted: cleaning up");
  return G_SOURCE_CONTINUE;
}

/* Signals have their own thread: the main loop's may be waiting for a terminal or a reader. */
static gpointer
watch_signals (gpointer data)
{
  Watch *self = data;

  g_main_loop_run (self->loop);
  return NULL;
}

static void
watch_start (Watch *self, GCancellable *cancellable)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
  g_autoptr (GMainContext) context = g_main_context_new ();

  self->loop = g_main_loop_new (context, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      self->sources[i] = g_unix_signal_source_new (numbers[i]);
      g_source_set_callback (self->sources[i], on_signal, cancellable, NULL);
      g_source_attach (self->sources[i], context);
    }
  self->thread = g_thread_new ("signals", watch_signals, self);
}

static void
watch_stop (Watch *self)
{
  GSource *quit = g_idle_source_new ();

  /* Through a source: a loop that is not running yet would ignore g_main_loop_quit(). */
  g_source_set_callback (quit, quit_loop, self->loop, NULL);
  g_source_attach (quit, g_main_loop_get_context (self->loop));
  g_source_unref (quit);
  g_thread_join (self->thread);
  for (gsize i = 0; i < G_N_ELEMENTS (self->sources); i++)
    {
      g_source_destroy (self->sources[i]);
      g_source_unref (self->sources[i]);
    }
  g_main_loop_unref (self->loop);
}

static gpointer
run_call (gpointer data)
{
  Waiting *waiting = data;

  waiting->ok = waiting->call (waiting->data, waiting->cancellable, &waiting->error);
  g_idle_add (quit_loop, waiting->loop);
  return NULL;
}

static guint held_signals[3]; /* sources; 0: none */
static GThread *late_signals; /* until the program ends; NULL: not watched yet */
static const int ending_signals[] = { SIGINT, SIGTERM, SIGHUP };

/* Once there is a result, an interrupt comes too late, except for a program whose output has no
 * reader. */
static gboolean
on_late_signal (gpointer data)
{
  struct pollfd output = { STDOUT_FILENO, POLLOUT, 0 };
  int number = GPOINTER_TO_INT (data);

  if (poll (&output, 1, 0) == 0)
    {
      signal (number, SIG_DFL);
      raise (number);
    }
  return G_SOURCE_CONTINUE;
}

static gpointer
watch_late_signals (gpointer data)
{
  GMainContext *context = g_main_context_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    {
      g_autoptr (GSource) source = g_unix_signal_source_new (ending_signals[i]);

      g_source_set_callback (source, on_late_signal, GINT_TO_POINTER (ending_signals[i]), NULL);
      g_source_attach (source, context);
    }
  for (;;)
    g_main_context_iteration (context, TRUE);
  return NULL;
}

void
tool_hold_signals (VzTool *tool)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    if (held_signals[i] == 0)
      held_signals[i] = g_unix_signal_add (ending_signals[i], on_signal, tool->cancellable);
}

gboolean
tool_wait (VzTool *tool, VzToolCall call, gpointer data, VzProgress *progress, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  G_GNUC_UNUSED g_autoptr (ProgressDisplay)
    display = progress != NULL ? progress_display_new (progress, tool->json) : NULL;
  Waiting waiting = { call, data, tool->cancellable, loop, FALSE, NULL };
  Watch watch;
  GThread *thread;

  ended = FALSE;
  watch_start (&watch, tool->cancellable);
  thread = g_thread_new ("call", run_call, &waiting);
  g_main_loop_run (loop);
  g_thread_join (thread);
  ended = TRUE;
  while (g_main_context_iteration (NULL, FALSE))
    ; /* the last notification: 100 % */
  if (held_signals[0] != 0 && waiting.ok && late_signals == NULL)
    late_signals = g_thread_new ("late-signals", watch_late_signals, NULL);
  watch_stop (&watch);
  if (waiting.error != NULL)
    g_propagate_error (error, waiting.error);
  return waiting.ok;
}
