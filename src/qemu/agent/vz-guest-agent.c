/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/vz-guest-agent-private.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/agent/vz-agent-channel.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * QEMU's end of the agent's socket serves one client at a time, and every vz command may want it.
 * So each exchange takes an flock on `agent.lock`, connects, synchronizes, talks and releases it. A
 * long-running command in the guest is polled in short exchanges, so that it does not block others.
 *
 * While no agent runs in the guest, what we send waits in QEMU; vz_guest_agent_wait() sends it
 * again every few seconds, since a guest that opens and closes the port may have discarded it. */

/**
 * VzGuestAgent:
 *
 * The agent in the guest (qemu-guest-agent), which runs commands and writes files there as root.
 * All calls block and may be made from any thread. Not in Apple's framework.
 *
 * QEMU: a virtio serial port, `org.qemu.guest_agent.0`, which QEMU offers on a socket.
 *
 * Since: 0.1
 */
struct _VzGuestAgent {
  GObject parent_instance;

  char *socket_path;
  char *lock_path;
  GWeakRef owner; /* the machine, which knows whether the guest is paused */
  VzGuestAgentIsPaused is_paused;
  VzGuestAgentStart start;
  gint next_start; /* second of the monotonic clock before which it is not retried */
  gint kept_lock; /* while the guest is frozen; see vz-guest-agent-freeze.c */
};

G_DEFINE_FINAL_TYPE (VzGuestAgent, vz_guest_agent, G_TYPE_OBJECT)

#define CALL_TIMEOUT_MS (30 * 1000)
#define RESEND_MS 3000
#define PAUSE_LOOK_MS 500
#define LOCK_POLL_MS 10
#define START_LEAST_MS 5000 /* with less time, starting an agent is not worth trying */
#define START_LIMIT_MS 30000
#define START_INTERVAL_S 5
#define WRITE_CHUNK (48 * 1024) /* of a file, before base64 */

typedef struct {
  int lock;
  VzAgentChannel *channel;
} Exchange;

static void
exchange_end (Exchange *exchange)
{
  g_clear_pointer (&exchange->channel, vz_agent_channel_free);
  if (exchange->lock >= 0)
    close (exchange->lock);
  exchange->lock = -1;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Exchange, exchange_end)

int
vz_guest_agent_lock (VzGuestAgent *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (self->lock_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      vz_fail_errno (error, "cannot open '%s'", self->lock_path);
      return -1;
    }
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        {
          vz_fail_errno (error, "cannot lock '%s'", self->lock_path);
          return -1;
        }
      if (vz_deadline_remaining_ms (deadline) == 0)
        {
          vz_fail (error, VZ_ERROR_TIMED_OUT, "the guest agent is busy with another command");
          return -1;
        }
      if (!vz_pause (LOCK_POLL_MS, cancellable, error))
        return -1;
    }
  return vz_file_steal_fd (&fd);
}

int
vz_guest_agent_keep_lock (VzGuestAgent *self, int lock)
{
  return g_atomic_int_exchange (&self->kept_lock, lock);
}

VzAgentChannel *
vz_guest_agent_connect (VzGuestAgent *self, gint64 deadline, GCancellable *cancellable,
                        GError **error)
{
  int fd = vz_stream_connect (self->socket_path, error);

  return fd >= 0 ? vz_agent_channel_new (fd, deadline, cancellable, error) : NULL;
}

static gboolean
exchange_begin (VzGuestAgent *self, Exchange *exchange, gint64 deadline, GCancellable *cancellable,
                GError **error)
{
  exchange->lock = vz_guest_agent_lock (self, deadline, cancellable, error);
  if (exchange->lock < 0)
    return FALSE;
  exchange->channel = vz_guest_agent_connect (self, deadline, cancellable, error);
  return exchange->channel != NULL;
}

/* A caller that cannot be interrupted does not wait for that. */
static gboolean
stands_still (VzGuestAgent *self, GCancellable *cancellable)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  return owner != NULL && cancellable != NULL && self->is_paused (owner);
}

/* Retries at increasing intervals, since what is sent may get lost; nothing has been requested yet.
 * Time in which the guest is paused does not count. */
static gboolean
exchange_begin_again (VzGuestAgent *self, Exchange *exchange, int timeout_ms,
                      GCancellable *cancellable, GError **error)
{
  int left_ms = timeout_ms, slice_ms = RESEND_MS;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      int now_ms = MIN (slice_ms, left_ms);

      if (exchange_begin (self, exchange, vz_deadline_after (now_ms), cancellable, &failure))
        return TRUE;
      exchange_end (exchange);
      if (!stands_still (self, cancellable))
        {
          left_ms -= now_ms;
          slice_ms *= 2;
        }
      if (!g_error_matches (failure, VZ_ERROR, VZ_ERROR_TIMED_OUT) || left_ms <= 0)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}

static gboolean
call_once (VzGuestAgent *self, VzAgentChannel *channel, int timeout_ms, const char *command,
           JsonObject *arguments, GCancellable *cancellable, JsonNode **ret_result, GError **error)
{
  int left_ms = timeout_ms;

  if (!vz_agent_channel_send (channel, command, arguments, vz_deadline_after (timeout_ms),
                              cancellable, error))
    return FALSE;
  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      int now_ms = MIN (PAUSE_LOOK_MS, left_ms);

      if (vz_agent_channel_receive (channel, command, vz_deadline_after (now_ms), cancellable,
                                    ret_result, &failure))
        return TRUE;
      left_ms -= stands_still (self, cancellable) ? 0 : now_ms;
      if (!g_error_matches (failure, VZ_ERROR, VZ_ERROR_TIMED_OUT) || left_ms <= 0)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}

/* A living program that froze the guest would hold the lock that we have. */
static gboolean
thaw_for_the_dead (VzAgentChannel *channel, gint64 deadline, GCancellable *cancellable)
{
  g_autoptr (JsonNode) status = NULL;

  return vz_agent_channel_call (channel, "guest-fsfreeze-status", NULL, deadline, cancellable,
                                &status, NULL) &&
         json_node_get_value_type (status) == G_TYPE_STRING &&
         g_str_equal (json_node_get_string (status), "frozen") &&
         vz_agent_channel_call (channel, "guest-fsfreeze-thaw", NULL, deadline, cancellable, NULL,
                                NULL);
}

gboolean
vz_guest_agent_call (VzGuestAgent *self, const char *command, JsonObject *arguments,
                     GCancellable *cancellable, JsonNode **ret_result, GError **error)
{
  return vz_guest_agent_call_within (self, CALL_TIMEOUT_MS, command, arguments, cancellable,
                                     ret_result, error);
}

gboolean
vz_guest_agent_call_within (VzGuestAgent *self, int timeout_ms, const char *command,
                            JsonObject *arguments, GCancellable *cancellable, JsonNode **ret_result,
                            GError **error)
{
  g_auto (Exchange) exchange = { -1, NULL };
  g_autoptr (JsonObject) kept = arguments;
  g_autoptr (GError) cause = NULL;

  if (!exchange_begin_again (self, &exchange, timeout_ms, cancellable, error))
    return FALSE;
  if (call_once (self, exchange.channel, timeout_ms, command,
                 kept != NULL ? json_object_ref (kept) : NULL, cancellable, ret_result, &cause))
    return TRUE;
  /* A frozen agent reports nearly every command as "disabled". */
  if (g_error_matches (cause, VZ_ERROR, VZ_ERROR_GUEST_AGENT) &&
      strstr (cause->message, "disabled") != NULL &&
      thaw_for_the_dead (exchange.channel, vz_deadline_after (timeout_ms), cancellable))
    return call_once (self, exchange.channel, timeout_ms, command,
                      kept != NULL ? json_object_ref (kept) : NULL, cancellable, ret_result, error);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static void
vz_guest_agent_finalize (GObject *object)
{
  VzGuestAgent *self = VZ_GUEST_AGENT (object);

  vz_file_close (&self->kept_lock);
  g_weak_ref_clear (&self->owner);
  g_free (self->socket_path);
  g_free (self->lock_path);
  G_OBJECT_CLASS (vz_guest_agent_parent_class)->finalize (object);
}

static void
vz_guest_agent_class_init (VzGuestAgentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_guest_agent_finalize;
}

static void
vz_guest_agent_init (VzGuestAgent *self)
{
  self->kept_lock = -1;
  g_weak_ref_init (&self->owner, NULL);
}

VzGuestAgent *
vz_guest_agent_new (const char *runtime_dir)
{
  VzGuestAgent *self = g_object_new (VZ_TYPE_GUEST_AGENT, NULL);

  self->socket_path = g_build_filename (runtime_dir, "agent.sock", NULL);
  self->lock_path = g_build_filename (runtime_dir, "agent.lock", NULL);
  return self;
}

void
vz_guest_agent_set_owner (VzGuestAgent *self, GObject *owner, VzGuestAgentIsPaused is_paused,
                          VzGuestAgentStart start)
{
  self->is_paused = is_paused;
  self->start = start;
  g_weak_ref_set (&self->owner, owner);
}

/**
 * vz_guest_agent_ping:
 * @self: an agent
 * @timeout_ms: the time to wait for an answer, in milliseconds; -1: forever
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Checks once whether the agent answers.
 *
 * Returns: whether it does; otherwise @error is %VZ_ERROR_TIMED_OUT, or %VZ_ERROR_NOT_FOUND when
 * the machine is not running
 */
gboolean
vz_guest_agent_ping (VzGuestAgent *self, int timeout_ms, GCancellable *cancellable, GError **error)
{
  g_auto (Exchange) exchange = { -1, NULL };
  VZ_ERROR_PREFIX ("guest agent");

  g_return_val_if_fail (VZ_IS_GUEST_AGENT (self), FALSE);
  return exchange_begin (self, &exchange, vz_deadline_after (timeout_ms), cancellable, error);
}

/* Makes the owner start an agent. A failure that may pass is kept as the *@reason, unless it is
 * only that little time was left and an earlier try knows more. */
static gboolean
try_start (VzGuestAgent *self, gint64 deadline, GCancellable *cancellable, GError **reason,
           GError **error)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);
  int left_ms = vz_deadline_remaining_ms (deadline);
  int limit_ms = left_ms >= 0 ? MIN (left_ms, START_LIMIT_MS) : START_LIMIT_MS;
  gint now = (gint) (g_get_monotonic_time () / G_USEC_PER_SEC);
  g_autoptr (GError) failure = NULL;

  if (owner == NULL || self->start == NULL || limit_ms < START_LEAST_MS ||
      now < g_atomic_int_get (&self->next_start) || self->is_paused (owner))
    return TRUE;
  g_atomic_int_set (&self->next_start, now + START_INTERVAL_S);
  if (!self->start (owner, limit_ms, cancellable, &failure) &&
      !g_error_matches (failure, VZ_ERROR, VZ_ERROR_TIMED_OUT))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  /* A last try with too little time does not replace what an earlier one has found out. */
  if (failure == NULL || *reason == NULL || limit_ms == START_LIMIT_MS)
    {
      g_clear_error (reason);
      *reason = g_steal_pointer (&failure);
    }
  return TRUE;
}

/**
 * vz_guest_agent_wait:
 * @self: an agent
 * @timeout_ms: the total time to wait, in milliseconds; -1: forever
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Waits until the guest has booted far enough for its agent to answer. In a guest without an agent,
 * one is started over SSH if the guest's port 22 is published, the configuration names a user who
 * accepts vz's key, see [property@GenericPlatformConfiguration:user-name], and the guest has Python
 * 3; it stays until the guest's next boot.
 *
 * Returns: whether it answered; otherwise @error is %VZ_ERROR_TIMED_OUT, %VZ_ERROR_NOT_SUPPORTED
 *   when the guest has no agent and none can be started, or %VZ_ERROR_NOT_FOUND or %VZ_ERROR_IO
 *   when the machine stopped
 */
gboolean
vz_guest_agent_wait (VzGuestAgent *self, int timeout_ms, GCancellable *cancellable, GError **error)
{
  gint64 deadline = vz_deadline_after (timeout_ms);
  g_autoptr (GError) reason = NULL;
  VZ_ERROR_PREFIX ("waiting for the guest agent");

  g_return_val_if_fail (VZ_IS_GUEST_AGENT (self), FALSE);
  for (;;)
    {
      g_auto (Exchange) exchange = { -1, NULL };
      g_autoptr (GError) failure = NULL;

      if (exchange_begin (self, &exchange, MIN (deadline, vz_deadline_after (RESEND_MS)),
                          cancellable, &failure))
        return TRUE;
      exchange_end (&exchange); /* for the one that starts an agent */
      if (g_error_matches (failure, VZ_ERROR, VZ_ERROR_TIMED_OUT) &&
          !try_start (self, deadline, cancellable, &reason, error))
        return FALSE;
      if (!g_error_matches (failure, VZ_ERROR, VZ_ERROR_TIMED_OUT) ||
          vz_deadline_remaining_ms (deadline) == 0)
        {
          if (reason != NULL)
            g_prefix_error (&failure, "%s; ", reason->message);
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}

static gboolean
write_chunks (VzAgentChannel *channel, gint64 handle, GBytes *content, GCancellable *cancellable,
              GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (content, &size);

  for (gsize at = 0; at < size; at += WRITE_CHUNK)
    {
      g_autofree char *text = g_base64_encode (data + at, MIN (WRITE_CHUNK, size - at));
      JsonObject *arguments =
        vz_json_new ("handle", vz_json_int (handle), "buf-b64", vz_json_string (text), NULL);

      if (!vz_agent_channel_call (channel, "guest-file-write", arguments,
                                  vz_deadline_after (CALL_TIMEOUT_MS), cancellable, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * vz_guest_agent_write_file:
 * @self: an agent
 * @path: the absolute path in the guest
 * @content: the new contents of the file
 * @cancellable: (nullable): cancels; the file may then be incomplete
 * @error: return location for an error, or %NULL
 *
 * Writes a file in the guest, replacing its contents. A new file belongs to root and is readable by
 * all.
 *
 * Returns: whether it was written; otherwise @error is as for vz_guest_agent_exec()
 */
gboolean
vz_guest_agent_write_file (VzGuestAgent *self, const char *path, GBytes *content,
                           GCancellable *cancellable, GError **error)
{
  g_auto (Exchange) exchange = { -1, NULL };
  gint64 deadline = vz_deadline_after (CALL_TIMEOUT_MS);
  g_autoptr (JsonNode) node = NULL;
  gint64 handle;
  gboolean ok;
  VZ_ERROR_PREFIX ("writing '%s' in the guest", path);

  g_return_val_if_fail (VZ_IS_GUEST_AGENT (self) && path != NULL && content != NULL, FALSE);
  if (!exchange_begin (self, &exchange, deadline, cancellable, error))
    return FALSE;
  if (!vz_agent_channel_call (exchange.channel, "guest-file-open",
                              vz_json_new_strings ("path", path, "mode", "w", NULL), deadline,
                              cancellable, &node, error))
    return FALSE;
  if (json_node_get_value_type (node) != G_TYPE_INT64)
    return vz_fail (error, VZ_ERROR_GUEST_AGENT, "the answer is not a file handle");
  handle = json_node_get_int (node);
  ok = write_chunks (exchange.channel, handle, content, cancellable, error);
  /* Closing can fail where writing did not: this is where a full disk shows. */
  return vz_agent_channel_call (exchange.channel, "guest-file-close",
                                vz_json_new ("handle", vz_json_int (handle), NULL),
                                vz_deadline_after (CALL_TIMEOUT_MS), NULL, NULL,
                                ok ? error : NULL) &&
         ok;
}

/**
 * vz_guest_agent_set_time:
 * @self: an agent
 * @time: the time in microseconds since 1970, UTC, as from g_get_real_time()
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Sets the guest's clock.
 *
 * Returns: whether it is set; otherwise @error is as for vz_guest_agent_exec()
 */
gboolean
vz_guest_agent_set_time (VzGuestAgent *self, gint64 time, GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX ("setting the guest's clock");

  g_return_val_if_fail (VZ_IS_GUEST_AGENT (self), FALSE);
  return vz_guest_agent_call (self, "guest-set-time",
                              vz_json_new ("time", vz_json_int (time * 1000), NULL), /* ns */
                              cancellable, NULL, error);
}

/**
 * vz_guest_agent_shutdown:
 * @self: an agent
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Asks the guest to power itself off. Returns at once; the machine's `guest-did-stop` reports the
 * end.
 *
 * Returns: whether the agent was asked
 */
gboolean
vz_guest_agent_shutdown (VzGuestAgent *self, GCancellable *cancellable, GError **error)
{
  g_auto (Exchange) exchange = { -1, NULL };
  gint64 deadline = vz_deadline_after (CALL_TIMEOUT_MS);
  VZ_ERROR_PREFIX ("shutting the guest down");

  g_return_val_if_fail (VZ_IS_GUEST_AGENT (self), FALSE);
  return exchange_begin (self, &exchange, deadline, cancellable, error) &&
         vz_agent_channel_send (exchange.channel, "guest-shutdown", NULL, deadline, cancellable,
                                error);
}
