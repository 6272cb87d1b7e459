/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <glib-unix.h>
#include <signal.h>

#include "tool/progress-display.h"

/* The library's plain calls block. They run in a thread of their own here while the main thread runs
 * the main loop: signals cancel, and progress is drawn where it was made. */

typedef struct {
  VzToolCall call;
  gpointer data;
  GCancellable *cancellable;
  GMainLoop *loop;
  gboolean ok;
  GError *error;
} Waiting;

static gboolean
on_signal (gpointer data)
{
  GCancellable *cancellable = data;

  /* A second signal changes nothing: what is being cleaned up has to be cleaned up. */
  if (!g_cancellable_is_cancelled (cancellable))
    tool_say ("\ninterrupted: cleaning up");
  g_cancellable_cancel (cancellable);
  return G_SOURCE_CONTINUE;
}

static gboolean
quit_loop (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static gpointer
run_call (gpointer data)
{
  Waiting *waiting = data;

  waiting->ok = waiting->call (waiting->data, waiting->cancellable, &waiting->error);
  g_idle_add (quit_loop, waiting->loop);
  return NULL;
}

gboolean
tool_wait (VzTool *tool, VzToolCall call, gpointer data, VzProgress *progress, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ProgressDisplay) display = progress != NULL ? progress_display_new (progress, tool->json) : NULL;
  Waiting waiting = { call, data, tool->cancellable, loop, FALSE, NULL };
  guint sigint = g_unix_signal_add (SIGINT, on_signal, tool->cancellable);
  guint sigterm = g_unix_signal_add (SIGTERM, on_signal, tool->cancellable);
  guint sighup = g_unix_signal_add (SIGHUP, on_signal, tool->cancellable);
  GThread *thread = g_thread_new ("call", run_call, &waiting);

  g_main_loop_run (loop);
  g_thread_join (thread);
  while (g_main_context_iteration (NULL, FALSE))
    ; /* the last notification: 100 % */
  g_source_remove (sigint);
  g_source_remove (sigterm);
  g_source_remove (sighup);
  if (waiting.error != NULL)
    g_propagate_error (error, waiting.error);
  return waiting.ok;
}
