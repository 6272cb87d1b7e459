/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-private.h"

#include "bundle/vz-machine-claim.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-monitors.h"

/* How this works
 *
 * Most clients of QEMU have their own monitor, which reports all events. The number of monitors is
 * limited, so a client that finds none free does without: for each command, or a few that belong
 * together (a session), it takes a monitor that is only lent briefly. What events would report is
 * polled every second, and the machine's lock shows the end of QEMU. */

#define SHARED_TIMEOUT_MS (30 * 1000) /* as long as a command of another program may take */
#define NEGOTIATE_TIMEOUT_MS (10 * 1000)
#define LOOK_INTERVAL (200 * 1000) /* microseconds */
#define LOOKS_PER_QUESTION 5

static gboolean
open_session (VzEngine *self, GCancellable *cancellable, GError **error)
{
  guint index;
  int fd;

  self->monitor_lock =
    vz_monitor_take_shared (self->runtime_dir, SHARED_TIMEOUT_MS, &index, cancellable, error);
  if (self->monitor_lock < 0)
    return FALSE;
  fd = vz_monitor_connect (self->runtime_dir, index, error);
  if (fd < 0)
    return FALSE;
  self->client = vz_qmp_client_new (fd, &vz_engine_session_callbacks, self);
  return vz_qmp_client_negotiate (self->client, NEGOTIATE_TIMEOUT_MS, cancellable, error);
}

static void
close_session (VzEngine *self)
{
  g_clear_pointer (&self->client, vz_qmp_client_free);
  vz_file_close (&self->monitor_lock);
}

gboolean
vz_engine_begin_session (VzEngine *self, GCancellable *cancellable, GError **error)
{
  if (!self->shared)
    return TRUE;
  g_rec_mutex_lock (&self->session);
  if (self->session_depth++ > 0 || open_session (self, cancellable, error))
    return TRUE;
  vz_engine_end_session (self);
  return FALSE;
}

void
vz_engine_end_session (VzEngine *self)
{
  if (!self->shared)
    return;
  if (--self->session_depth == 0)
    close_session (self);
  g_rec_mutex_unlock (&self->session);
}

/* What an event would have reported. One that arrived meanwhile is newer than the answer. */
static void
ask_whether_stopped (VzEngine *self)
{
  g_autoptr (JsonNode) answer = NULL;
  guint n_events = g_atomic_int_get (&self->n_events);
  gboolean stopped;

  if (!vz_engine_begin_session (self, NULL, NULL))
    return;
  if (vz_qmp_client_call (self->client, "query-status", NULL, NEGOTIATE_TIMEOUT_MS, NULL, &answer,
                          NULL) == VZ_QMP_RESULT &&
      JSON_NODE_HOLDS_OBJECT (answer))
    {
      stopped = !json_object_get_boolean_member_with_default (json_node_get_object (answer),
                                                              "running", TRUE);
      if (stopped != vz_engine_is_guest_stopped (self) &&
          n_events == (guint) g_atomic_int_get (&self->n_events))
        vz_engine_session_callbacks.event (stopped ? "STOP" : "RESUME", NULL, self);
    }
  vz_engine_end_session (self);
}

static gboolean
wait_a_little (VzEngine *self)
{
  gint64 until = g_get_monotonic_time () + LOOK_INTERVAL;
  gboolean leaving;

  g_mutex_lock (&self->lock);
  while (!self->leaving && g_cond_wait_until (&self->changed, &self->lock, until))
    ;
  leaving = self->leaving;
  g_mutex_unlock (&self->lock);
  return !leaving;
}

static gpointer
look_after (gpointer data)
{
  VzEngine *self = data;

  for (guint n = 1; wait_a_little (self); n++)
    {
      if (!vz_machine_claim_look (self->configuration, self->identifier, NULL))
        {
          vz_engine_callbacks.closed (NULL, self);
          break;
        }
      /* Not during the owner's session: its events are ours too. */
      if (n % LOOKS_PER_QUESTION == 0 && g_rec_mutex_trylock (&self->session))
        {
          ask_whether_stopped (self);
          g_rec_mutex_unlock (&self->session);
        }
    }
  return NULL;
}

void
vz_engine_look_after (VzEngine *self)
{
  self->looker = g_thread_new ("vz-look", look_after, self);
}
