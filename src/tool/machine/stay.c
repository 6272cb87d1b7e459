/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/stay.h"

#include <glib-unix.h>
#include <signal.h>

#include "foundation/vz-fail.h"

/* How this works
 *
 * The first request to end starts the --on-close action in a thread; the main loop keeps running,
 * so that a page shows what happens. A second request stops waiting: the machine is switched
 * off. */

static const int signal_numbers[] = { SIGINT, SIGTERM, SIGHUP };

struct _Stay {
  MachineAction *action;
  OnClose on_close;
  const char *name;
  GMainLoop *loop;
  GCancellable *cancellable; /* of the --on-close action */
  guint n_requests;
  gboolean acting;
  gboolean over;
  guint signals[G_N_ELEMENTS (signal_numbers)];
};

gboolean
on_close_parse (const char *text, OnClose *ret_on_close, GError **error)
{
  if (g_str_equal (text, "save"))
    *ret_on_close = ON_CLOSE_SAVE;
  else if (g_str_equal (text, "stop"))
    *ret_on_close = ON_CLOSE_STOP;
  else if (g_str_equal (text, "detach"))
    *ret_on_close = ON_CLOSE_DETACH;
  else
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--on-close: '%s' found, must be save, stop or detach", text);
  return TRUE;
}

static void
end (Stay *self)
{
  self->over = TRUE;
  if (!self->acting)
    g_main_loop_quit (self->loop);
}

static void
run_action (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Stay *self = data;
  GError *error = NULL;

  if (machine_action_run (self->on_close == ON_CLOSE_SAVE ? "save" : "stop", self->action, NULL,
                          cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_action_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Stay *self = data;
  g_autoptr (GError) error = NULL;

  self->acting = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error) && !vz_error_is_cancelled (error))
    {
      tool_say ("vz: %s", error->message);
      self->n_requests = 0; /* it keeps running, and so does this process */
      if (self->on_close == ON_CLOSE_SAVE)
        tool_say (
          "it was not saved and keeps running; the next attempt will ask the guest to stop");
      self->on_close = ON_CLOSE_STOP; /* what cannot be saved now cannot be saved later */
    }
  if (self->over)
    g_main_loop_quit (self->loop);
}

static void
start_action (Stay *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_action_done, self);

  self->acting = TRUE;
  g_task_set_task_data (task, self, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, run_action);
}

void
stay_close (gpointer data)
{
  Stay *self = data;
  g_autoptr (GError) error = NULL;

  self->n_requests++;
  if (self->over)
    return;
  if (self->on_close == ON_CLOSE_DETACH)
    {
      tool_say ("detached; the machine keeps running: 'vz stop%s' stops it", self->name);
      end (self);
    }
  else if (self->n_requests == 1)
    {
      tool_say (self->on_close == ON_CLOSE_SAVE ? "saving the machine's state"
                                                : "asking the guest to stop; repeat to force it");
      start_action (self);
    }
  else if (self->on_close == ON_CLOSE_SAVE)
    tool_say ("saving cannot be interrupted");
  else if (!vz_virtual_machine_stop (self->action->machine, NULL, &error))
    tool_say ("vz: %s", error->message);
}

static gboolean
on_signal (gpointer data)
{
  stay_close (data);
  return G_SOURCE_CONTINUE;
}

static void
on_state (VzVirtualMachine *machine, GParamSpec *pspec, Stay *self)
{
  if (vz_virtual_machine_has_ended (self->action->machine))
    end (self);
}

Stay *
stay_new (MachineAction *action, OnClose on_close, const char *name)
{
  Stay *self = g_new0 (Stay, 1);

  self->action = action;
  self->on_close = on_close;
  self->name = name;
  self->loop = g_main_loop_new (NULL, FALSE);
  self->cancellable = g_cancellable_new ();
  g_signal_connect (action->machine, "notify::state", G_CALLBACK (on_state), self);
  return self;
}

void
stay_free (Stay *self)
{
  g_signal_handlers_disconnect_by_data (self->action->machine, self);
  g_main_loop_unref (self->loop);
  g_object_unref (self->cancellable);
  g_free (self);
}

gboolean
stay_run (Stay *self, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signal_numbers); i++)
    self->signals[i] = g_unix_signal_add (signal_numbers[i], on_signal, self);
  if (!self->over && !vz_virtual_machine_has_ended (
                       self->action->machine)) /* it may have ended before we listened */
    g_main_loop_run (self->loop);
  for (gsize i = 0; i < G_N_ELEMENTS (signal_numbers); i++)
    g_source_remove (self->signals[i]);
  return !vz_virtual_machine_has_ended (self->action->machine) ||
         vz_virtual_machine_wait_stopped (self->action->machine, NULL, error);
}
