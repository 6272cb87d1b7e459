/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-machine-core.h"

#include "foundation/vz-fail.h"
#include "qemu/vz-stream.h"

/* How this works
 *
 * The state changes in three ways: a call (start, stop, ...) enters a state whose name ends in
 * "ing" and leaves it when done; the guest stops or resumes for another reason, such as another
 * program or a full disk; or the run ends by itself. All of them take the lock here, so that a call
 * sees the machine either before or after the change. A finished call asks the engine what the
 * guest is doing rather than assuming it, since another program may have been faster.
 *
 * Notifications go to the owner's main context as sources that hold the core and a weak reference
 * to the owner: a program that never iterates its context loses notifications, not machines. */

struct _VzMachineCore {
  gint references;
  GMainContext *context;
  GWeakRef owner;
  VzMachineTold told;

  GMutex listeners_lock;
  GArray *listeners; /* of Listener */

  GMutex lock; /* guards everything below */
  GCond cond;
  VzVirtualMachineState state;
  GError *error; /* how the last run failed, in the ERROR state */
  VzEngine *engine; /* of the last run */
  gboolean disk_failed; /* since the guest was last resumed */
};

typedef struct {
  const VzMachineListener *listener;
  GObject *device;
} Listener;

typedef struct {
  VzMachineCore *core;
  VzMachineNews news;
  char *device;
  GError *error;
} Notice;

static VzMachineCore *
core_ref (VzMachineCore *self)
{
  g_atomic_int_inc (&self->references);
  return self;
}

static void
listener_clear (gpointer data)
{
  g_object_unref (((Listener *) data)->device);
}

VzMachineCore *
vz_machine_core_new (GObject *owner, VzMachineTold told)
{
  VzMachineCore *self = g_new0 (VzMachineCore, 1);

  self->references = 1;
  self->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->owner, owner);
  self->told = told;
  g_mutex_init (&self->listeners_lock);
  self->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
  g_array_set_clear_func (self->listeners, listener_clear);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  return self;
}

void
vz_machine_core_unref (VzMachineCore *self)
{
  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  g_main_context_unref (self->context);
  g_weak_ref_clear (&self->owner);
  g_array_unref (self->listeners);
  g_mutex_clear (&self->listeners_lock);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_clear_error (&self->error);
  g_free (self);
}

static void
notice_free (gpointer data)
{
  Notice *notice = data;

  vz_machine_core_unref (notice->core);
  g_clear_error (&notice->error);
  g_free (notice->device);
  g_free (notice);
}

static gboolean
notice_dispatch (gpointer data)
{
  Notice *notice = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&notice->core->owner);

  if (owner != NULL)
    notice->core->told (owner, notice->news, notice->device, notice->error);
  return G_SOURCE_REMOVE;
}

typedef struct {
  VzMachineCore *core;
  void (*call) (GObject *owner, gpointer data);
  gpointer data;
  GDestroyNotify destroy;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  vz_machine_core_unref (call->core);
  if (call->destroy != NULL)
    call->destroy (call->data);
  g_free (call);
}

static gboolean
call_dispatch (gpointer data)
{
  Call *call = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&call->core->owner);

  if (owner != NULL)
    call->call (owner, call->data);
  return G_SOURCE_REMOVE;
}

static void
attach_source (VzMachineCore *self, GSourceFunc dispatch, gpointer data, GDestroyNotify destroy)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, dispatch, data, destroy);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

static void
tell (VzMachineCore *self, VzMachineNews news, const char *device, const GError *error)
{
  Notice *notice = g_new0 (Notice, 1);

  notice->core = core_ref (self);
  notice->news = news;
  notice->device = g_strdup (device);
  notice->error = error != NULL ? g_error_copy (error) : NULL;
  attach_source (self, notice_dispatch, notice, notice_free);
}

void
vz_machine_core_invoke (VzMachineCore *self, void (*call) (GObject *owner, gpointer data),
                        gpointer data, GDestroyNotify destroy)
{
  Call *row = g_new0 (Call, 1);

  *row = (Call){ core_ref (self), call, data, destroy };
  attach_source (self, call_dispatch, row, call_free);
}

GMainContext *
vz_machine_core_get_context (VzMachineCore *self)
{
  return self->context;
}

static void
enter_locked (VzMachineCore *self, VzVirtualMachineState state)
{
  self->state = state;
  g_cond_broadcast (&self->cond);
}

VzVirtualMachineState
vz_machine_core_get_state (VzMachineCore *self)
{
  VzVirtualMachineState state;

  g_mutex_lock (&self->lock);
  state = self->state;
  g_mutex_unlock (&self->lock);
  return state;
}

gboolean
vz_machine_core_begin (VzMachineCore *self, VzOperation operation, VzVirtualMachineState state,
                       VzVirtualMachineState *ret_before, GError **error)
{
  gboolean ok;

  g_mutex_lock (&self->lock);
  ok = vz_operation_check (operation, self->state, error);
  if (ok)
    {
      if (ret_before != NULL)
        *ret_before = self->state;
      enter_locked (self, state);
    }
  g_mutex_unlock (&self->lock);
  if (ok)
    tell (self, VZ_MACHINE_CHANGED, NULL, NULL);
  return ok;
}

static VzVirtualMachineState
guest_state_locked (VzMachineCore *self)
{
  return vz_engine_is_guest_stopped (self->engine) ? VZ_VIRTUAL_MACHINE_STATE_PAUSED
                                                   : VZ_VIRTUAL_MACHINE_STATE_RUNNING;
}

void
vz_machine_core_leave (VzMachineCore *self, VzVirtualMachineState from, VzVirtualMachineState to)
{
  g_mutex_lock (&self->lock);
  if (self->state == from)
    enter_locked (self, to);
  g_mutex_unlock (&self->lock);
  tell (self, VZ_MACHINE_CHANGED, NULL, NULL);
}

void
vz_machine_core_leave_to_guest (VzMachineCore *self, VzVirtualMachineState from)
{
  g_mutex_lock (&self->lock);
  if (self->state == from)
    enter_locked (self, guest_state_locked (self));
  g_mutex_unlock (&self->lock);
  tell (self, VZ_MACHINE_CHANGED, NULL, NULL);
}

/* Follows the guest between running and paused; a call in progress will check for itself. */
static void
follow (VzMachineCore *self)
{
  VzVirtualMachineState before;
  gboolean changed = FALSE;

  g_mutex_lock (&self->lock);
  before = self->state;
  if (self->engine != NULL &&
      (before == VZ_VIRTUAL_MACHINE_STATE_RUNNING || before == VZ_VIRTUAL_MACHINE_STATE_PAUSED))
    {
      changed = guest_state_locked (self) != before;
      if (changed)
        enter_locked (self, guest_state_locked (self));
    }
  g_mutex_unlock (&self->lock);
  if (changed)
    tell (self, VZ_MACHINE_CHANGED, NULL, NULL);
}

void
vz_machine_core_add_listener (VzMachineCore *self, const VzMachineListener *listener,
                              GObject *device)
{
  Listener row = { listener, g_object_ref (device) };

  g_mutex_lock (&self->listeners_lock);
  g_array_append_val (self->listeners, row);
  g_mutex_unlock (&self->listeners_lock);
}

/* Without the lock: a listener waiting for QEMU's answer must not block the reading of events. */
static void
tell_listeners (VzMachineCore *self, VzEngine *begun, const char *event, JsonObject *data)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Listener));

  g_array_set_clear_func (rows, listener_clear);
  g_mutex_lock (&self->listeners_lock);
  for (guint i = 0; i < self->listeners->len; i++)
    {
      Listener row = g_array_index (self->listeners, Listener, i);

      g_object_ref (row.device);
      g_array_append_val (rows, row);
    }
  g_mutex_unlock (&self->listeners_lock);
  for (guint i = 0; i < rows->len; i++)
    {
      Listener *row = &g_array_index (rows, Listener, i);

      if (begun != NULL && row->listener->begun != NULL)
        row->listener->begun (begun, row->device);
      if (event != NULL && row->listener->event != NULL)
        row->listener->event (event, data, row->device);
    }
}

static const char *
text_of (JsonObject *data, const char *name)
{
  return data != NULL ? json_object_get_string_member_with_default (data, name, NULL) : NULL;
}

static void
on_disk_error (VzMachineCore *self, JsonObject *data)
{
  const char *reason = text_of (data, "reason");
  g_autoptr (GError) error = NULL;
  gboolean known;

  if (g_strcmp0 (text_of (data, "action"), "stop") != 0)
    return; /* the guest got the error and keeps running */
  g_mutex_lock (&self->lock);
  known = self->disk_failed;
  self->disk_failed = TRUE;
  g_mutex_unlock (&self->lock);
  if (known)
    return; /* several writes were in progress */
  error = g_error_new_literal (VZ_ERROR,
                               json_object_get_boolean_member_with_default (data, "nospace", FALSE)
                                 ? VZ_ERROR_OUT_OF_DISK_SPACE
                                 : VZ_ERROR_IO,
                               reason != NULL ? reason : "QEMU gave no reason");
  tell (self, VZ_MACHINE_DISK_FAILED, text_of (data, "node-name"), error);
}

static void
on_event (const char *name, JsonObject *data, gpointer user_data)
{
  VzMachineCore *self = user_data;

  if (g_str_equal (name, "RESUME"))
    {
      g_mutex_lock (&self->lock);
      self->disk_failed = FALSE;
      g_mutex_unlock (&self->lock);
    }
  if (g_str_equal (name, "STOP") || g_str_equal (name, "RESUME"))
    follow (self);
  else if (g_str_equal (name, "BLOCK_IO_ERROR"))
    on_disk_error (self, data);
  tell_listeners (self, NULL, name, data);
}

/* The run has ended; called on one of the engine's threads. */
static void
on_ended (const GError *error, gpointer user_data)
{
  VzMachineCore *self = user_data;
  gboolean by_stop;

  g_mutex_lock (&self->lock);
  by_stop = self->state == VZ_VIRTUAL_MACHINE_STATE_STOPPING;
  if (by_stop)
    error = NULL; /* a forced stop may well kill it */
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  enter_locked (self,
                error != NULL ? VZ_VIRTUAL_MACHINE_STATE_ERROR : VZ_VIRTUAL_MACHINE_STATE_STOPPED);
  /* Still locked: a caller that waits for the end finds the notification in its context when the
   * wait returns. */
  tell (self, by_stop ? VZ_MACHINE_CHANGED : VZ_MACHINE_ENDED, NULL, error);
  g_mutex_unlock (&self->lock);
}

static const VzEngineCallbacks callbacks = { on_ended, on_event };

void
vz_machine_core_take_engine (VzMachineCore *self, VzEngine *engine)
{
  VzEngine *old;

  g_mutex_lock (&self->lock);
  old = self->engine;
  self->engine = engine;
  if (engine != NULL)
    enter_locked (self, guest_state_locked (self));
  g_mutex_unlock (&self->lock);
  vz_engine_release (old);
  if (engine == NULL)
    return;
  tell (self, VZ_MACHINE_CHANGED, NULL, NULL);
  vz_engine_watch (engine, &callbacks, core_ref (self), (GDestroyNotify) vz_machine_core_unref);
  follow (self); /* for what happened before we watched */
  tell_listeners (self, engine, NULL, NULL);
}

VzEngine *
vz_machine_core_get_engine (VzMachineCore *self)
{
  VzEngine *engine;

  g_mutex_lock (&self->lock);
  engine = self->engine;
  g_mutex_unlock (&self->lock);
  return engine;
}

static void
wake (GCancellable *cancellable, VzMachineCore *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

gboolean
vz_machine_core_wait_change (VzMachineCore *self, VzVirtualMachineState state, int timeout_ms,
                             GCancellable *cancellable, GError **error)
{
  gint64 deadline = vz_deadline_after (timeout_ms);
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake), self, NULL);
  g_mutex_lock (&self->lock);
  while (self->state == state && !g_cancellable_is_cancelled (cancellable) &&
         g_cond_wait_until (&self->cond, &self->lock, deadline))
    ;
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

gboolean
vz_machine_core_wait_stopped (VzMachineCore *self, int timeout_ms, GCancellable *cancellable,
                              GError **error)
{
  gint64 deadline = vz_deadline_after (timeout_ms);
  VzVirtualMachineState state;
  gboolean in_time = TRUE;
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake), self, NULL);
  g_mutex_lock (&self->lock);
  while (self->state != VZ_VIRTUAL_MACHINE_STATE_STOPPED &&
         self->state != VZ_VIRTUAL_MACHINE_STATE_ERROR && in_time &&
         !g_cancellable_is_cancelled (cancellable))
    {
      if (deadline == VZ_NO_DEADLINE)
        g_cond_wait (&self->cond, &self->lock);
      else
        in_time = g_cond_wait_until (&self->cond, &self->lock, deadline);
    }
  state = self->state;
  if (state == VZ_VIRTUAL_MACHINE_STATE_ERROR && error != NULL && self->error != NULL)
    *error = g_error_copy (self->error);
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  if (state == VZ_VIRTUAL_MACHINE_STATE_STOPPED)
    return TRUE;
  if (state == VZ_VIRTUAL_MACHINE_STATE_ERROR ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return vz_fail (error, VZ_ERROR_TIMED_OUT, "the machine did not stop in time");
}
