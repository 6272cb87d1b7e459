/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-private.h"

#include "bundle/vz-machine-claim.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "qemu/arguments/vz-arguments.h"
#include "qemu/engine/vz-serial-relay.h"
#include "qemu/vz-stream.h"

#include <signal.h>
#include <string.h>

/* How this works
 *
 * A run is over when two things have happened: the process has ended and the monitor's stream has
 * been read to its end. They happen on two threads in either order, and only both together tell
 * why: QEMU announces an orderly end with the event SHUTDOWN; a process that ends without it, by a
 * signal, or with a nonzero status has failed. A program that attached has no process; for it, QEMU
 * has ended when the machine's lock is free, a moment after the monitor's end.
 *
 * The two threads keep the engine alive: the monitor's is joined by vz_engine_release(), while the
 * process's holds a reference, since the process may outlive its owner's interest. */

#define CALL_TIMEOUT_MS (30 * 1000)
#define QUIT_TIMEOUT_MS 3000
#define END_TIMEOUT_MS (30 * 1000) /* QEMU flushes its disks between monitor and end */
#define END_INTERVAL_MS 20
#define DYING_TIMEOUT_MS 1000 /* from an error in QEMU to its end */
#define LOG_TAIL_LINES 10

static const struct {
  const char *words; /* in QEMU */
  VzError code;
} known_failures[] = {
  { "Is another process using the image", VZ_ERROR_BUSY },
  { "Failed to lock byte", VZ_ERROR_BUSY },
  { "Could not set up host forwarding rule", VZ_ERROR_NETWORK_ERROR },
  { "cannot set up guest memory", VZ_ERROR_NOT_SUPPORTED },
  { "Could not access KVM", VZ_ERROR_NOT_SUPPORTED },
};

VzEngine *
vz_engine_new (VzVirtualMachineConfiguration *configuration, const char *runtime_dir,
               const char *state_dir)
{
  VzEngine *self = g_new0 (VzEngine, 1);

  self->references = 1;
  self->layout = VZ_ENGINE_LAYOUT;
  self->monitor_lock = -1;
  self->configuration = g_object_ref (configuration);
  self->identifier = g_object_ref (vz_engine_identifier_of (configuration, NULL));
  self->log_path = g_build_filename (state_dir, "qemu.log", NULL);
  self->runtime_dir = g_strdup (runtime_dir);
  self->state_dir = g_strdup (state_dir);
  self->relays = g_ptr_array_new_with_free_func (vz_serial_relay_free);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_rec_mutex_init (&self->session);
  return self;
}

guint
vz_engine_get_layout (VzEngine *self)
{
  return self->layout;
}

void
vz_engine_unref (VzEngine *self)
{
  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_object_unref (self->identifier);
  g_object_unref (self->configuration);
  g_free (self->runtime_dir);
  g_free (self->state_dir);
  g_free (self->log_path);
  g_free (self->emulation_reason);
  g_free (self->shutdown_reason);
  g_clear_error (&self->error);
  g_ptr_array_unref (self->relays);
  vz_file_close (&self->monitor_lock);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_rec_mutex_clear (&self->session);
  g_free (self);
}

void
vz_engine_release (VzEngine *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->callbacks = NULL;
  self->leaving = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->looker, g_thread_join);
  g_clear_pointer (&self->client, vz_qmp_client_free);
  vz_file_close (&self->monitor_lock);
  g_clear_pointer (&self->process, vz_process_release);
  g_ptr_array_set_size (self->relays, 0);
  vz_engine_unref (self);
}

GError *
vz_engine_error_with_log (VzEngine *self, const char *text)
{
  g_autofree char *tail = vz_process_dup_log_tail (self->log_path, LOG_TAIL_LINES);
  VzError code = VZ_ERROR_INTERNAL;

  for (gsize i = 0; tail != NULL && i < G_N_ELEMENTS (known_failures); i++)
    if (strstr (tail, known_failures[i].words) != NULL)
      code = known_failures[i].code;
  return g_error_new (VZ_ERROR, (gint) code, "%s%s%s (log: %s)", text, tail != NULL ? ":\n" : "",
                      tail != NULL ? tail : "", self->log_path);
}

/* How the run ended; NULL: normally. With the lock held. */
static GError *
judge_locked (VzEngine *self)
{
  g_autofree char *status = NULL;
  g_autofree char *text = NULL;

  if (self->panicked || g_strcmp0 (self->shutdown_reason, "guest-panic") == 0)
    return g_error_new (VZ_ERROR, VZ_ERROR_INTERNAL,
                        "the guest's kernel panicked; its console's log is in %s", self->state_dir);
  if (self->shared)
    return NULL; /* we do not know why */
  if (self->shutdown_reason != NULL && (self->process == NULL || self->wait_status == 0))
    return NULL;
  if (self->process == NULL)
    return vz_engine_error_with_log (self, "QEMU ended unexpectedly");
  status = vz_process_describe_status (self->wait_status);
  text = g_strdup_printf ("QEMU %s", status);
  return vz_engine_error_with_log (self, text);
}

static void
check_over (VzEngine *self)
{
  const VzEngineCallbacks *callbacks = NULL;
  gpointer user_data = NULL;

  g_mutex_lock (&self->lock);
  if (!self->over && self->monitor_closed && (self->process == NULL || self->process_ended))
    {
      self->over = TRUE;
      self->error = judge_locked (self);
      callbacks = self->callbacks;
      user_data = self->user_data;
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
  if (callbacks != NULL)
    callbacks->ended (self->error, user_data);
}

static void
on_event (const char *name, JsonObject *data, gpointer user_data)
{
  VzEngine *self = user_data;
  const VzEngineCallbacks *callbacks;
  gpointer watcher;

  g_mutex_lock (&self->lock);
  if (g_str_equal (name, "SHUTDOWN") && self->shutdown_reason == NULL)
    self->shutdown_reason =
      g_strdup (data != NULL
                  ? json_object_get_string_member_with_default (data, "reason", "unknown")
                  : "unknown");
  else if (g_str_equal (name, "GUEST_PANICKED"))
    self->panicked = TRUE;
  else if (g_str_equal (name, "RESUME") || (g_str_equal (name, "STOP") && !self->panicked))
    {
      /* A guest that panicked stops for a moment before QEMU ends, which is not a pause. */
      self->guest_stopped = g_str_equal (name, "STOP");
      self->status_known = TRUE;
      g_atomic_int_inc (&self->n_events);
    }
  callbacks = self->callbacks;
  watcher = self->user_data;
  g_mutex_unlock (&self->lock);
  if (callbacks != NULL)
    callbacks->event (name, data, watcher);
}

gboolean
vz_engine_ask_status (VzEngine *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  gboolean running;

  if (!vz_engine_call (self, "query-status", NULL, cancellable, &answer, error))
    return FALSE;
  running =
    JSON_NODE_HOLDS_OBJECT (answer) &&
    json_object_get_boolean_member_with_default (json_node_get_object (answer), "running", TRUE);
  g_mutex_lock (&self->lock);
  if (!self->status_known)
    self->guest_stopped = !running;
  self->status_known = TRUE;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

gboolean
vz_engine_is_guest_stopped (VzEngine *self)
{
  gboolean stopped;

  g_mutex_lock (&self->lock);
  stopped = self->guest_stopped;
  g_mutex_unlock (&self->lock);
  return stopped;
}

/* TRUE at once if the engine is about to be freed. */
static gboolean
wait_leaving (VzEngine *self, int timeout_ms)
{
  gint64 deadline = vz_deadline_after (timeout_ms);
  gboolean leaving;

  g_mutex_lock (&self->lock);
  while (!self->leaving && g_cond_wait_until (&self->changed, &self->lock, deadline))
    ;
  leaving = self->leaving;
  g_mutex_unlock (&self->lock);
  return leaving;
}

/* The locks belong to another process, and do not signal its end. */
static void
wait_lock_free (VzEngine *self)
{
  gint64 deadline = vz_deadline_after (END_TIMEOUT_MS);

  while (!vz_deadline_is_past (deadline) &&
         vz_machine_claim_look (self->configuration, self->identifier, NULL) &&
         !wait_leaving (self, END_INTERVAL_MS))
    ;
}

static void
on_closed (const GError *reason, gpointer user_data)
{
  VzEngine *self = user_data;

  /* For others, in case our owner keeps the engine of a run that has ended. */
  if (!self->shared) /* otherwise the session's thread closes it */
    vz_file_close (&self->monitor_lock);
  if (self->process == NULL)
    wait_lock_free (self);
  g_mutex_lock (&self->lock);
  self->monitor_closed = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  check_over (self);
}

const VzQmpCallbacks vz_engine_callbacks = { on_event, on_closed };
const VzQmpCallbacks vz_engine_session_callbacks = { on_event, NULL };

void
vz_engine_process_exited (int wait_status, gpointer user_data)
{
  VzEngine *self = user_data;

  g_mutex_lock (&self->lock);
  self->process_ended = TRUE;
  self->wait_status = wait_status;
  g_mutex_unlock (&self->lock);
  check_over (self);
  vz_engine_unref (self);
}

void
vz_engine_watch (VzEngine *self, const VzEngineCallbacks *callbacks, gpointer user_data,
                 GDestroyNotify destroy)
{
  gboolean over;

  g_mutex_lock (&self->lock);
  over = self->over;
  self->callbacks = callbacks;
  self->user_data = user_data;
  self->destroy = destroy;
  g_mutex_unlock (&self->lock);
  if (over)
    callbacks->ended (self->error, user_data);
}

/* A command got no answer: says how QEMU ended, or that it hangs. */
static void
explain_silence (VzEngine *self, GError **cause)
{
  gint64 deadline = vz_deadline_after (END_TIMEOUT_MS);

  if (vz_error_is_cancelled (*cause))
    return;
  if (g_error_matches (*cause, VZ_ERROR, VZ_ERROR_TIMED_OUT))
    {
      g_autoptr (VzHolder) holder = NULL;

      vz_machine_claim_look (self->configuration, self->identifier, &holder);
      g_prefix_error (cause,
                      "QEMU (process %d) hangs; wait for it to recover, or end it by force: ",
                      holder != NULL ? holder->pid : 0);
      return;
    }
  g_mutex_lock (&self->lock);
  while (!self->over && g_cond_wait_until (&self->changed, &self->lock, deadline))
    ;
  if (self->over && self->error != NULL)
    {
      g_clear_error (cause);
      *cause = g_error_copy (self->error);
    }
  g_mutex_unlock (&self->lock);
}

gboolean
vz_engine_call (VzEngine *self, const char *command, JsonObject *arguments,
                GCancellable *cancellable, JsonNode **ret_result, GError **error)
{
  g_autoptr (GError) cause = NULL;
  VzQmpOutcome outcome;

  if (!vz_engine_begin_session (self, cancellable, error))
    {
      g_clear_pointer (&arguments, json_object_unref);
      return FALSE;
    }
  outcome = vz_qmp_client_call (self->client, command, arguments, CALL_TIMEOUT_MS, cancellable,
                                ret_result, &cause);
  vz_engine_end_session (self);
  switch (outcome)
    {
    case VZ_QMP_RESULT:
      return TRUE;
    case VZ_QMP_REFUSED:
      break;
    case VZ_QMP_TRANSPORT:
      explain_silence (self, &cause);
      break;
    default:
      g_assert_not_reached ();
    }
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

void
vz_engine_let_live (VzEngine *self)
{
  if (self->process != NULL)
    vz_process_let_live (self->process);
}

void
vz_engine_kill (VzEngine *self)
{
  g_autoptr (VzHolder) holder = NULL;

  if (self->process != NULL)
    vz_process_signal (self->process, SIGKILL);
  else if (vz_machine_claim_look (self->configuration, self->identifier, &holder) &&
           holder != NULL && vz_holder_is_alive (holder))
    kill (holder->pid, SIGKILL);
}

void
vz_engine_end (VzEngine *self)
{
  vz_engine_kill (self);
  if (self->process != NULL)
    vz_process_wait (self->process, vz_deadline_after (END_TIMEOUT_MS), NULL);
}

void
vz_engine_explain (VzEngine *self, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (error == NULL || *error == NULL || vz_error_is_cancelled (*error) ||
      !vz_process_wait (self->process, vz_deadline_after (DYING_TIMEOUT_MS), NULL))
    return;
  cause = g_error_new_literal (VZ_ERROR, VZ_ERROR_IO, "");
  explain_silence (self, &cause);
  if (*cause->message != '\0')
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&cause));
    }
}

static gboolean
wait_monitor_closed (VzEngine *self, gint64 deadline)
{
  gboolean closed;

  g_mutex_lock (&self->lock);
  while (!self->monitor_closed && g_cond_wait_until (&self->changed, &self->lock, deadline))
    ;
  closed = self->monitor_closed;
  g_mutex_unlock (&self->lock);
  return closed;
}

void
vz_engine_quit (VzEngine *self)
{
  gint64 deadline = vz_deadline_after (QUIT_TIMEOUT_MS);

  /* QEMU may be gone before its answer arrives; only its end counts. */
  if (vz_engine_begin_session (self, NULL, NULL))
    {
      vz_qmp_client_call (self->client, "quit", NULL, QUIT_TIMEOUT_MS, NULL, NULL, NULL);
      vz_engine_end_session (self);
    }
  if (self->process != NULL ? !vz_process_wait (self->process, deadline, NULL)
                            : !wait_monitor_closed (self, deadline))
    vz_engine_kill (self);
}

const char *
vz_engine_get_runtime_dir (VzEngine *self)
{
  return self->runtime_dir;
}

const char *
vz_engine_get_state_dir (VzEngine *self)
{
  return self->state_dir;
}

const char *
vz_engine_get_emulation_reason (VzEngine *self)
{
  return self->emulation_reason;
}
