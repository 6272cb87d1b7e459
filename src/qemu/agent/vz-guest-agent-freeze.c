/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/vz-guest-agent-private.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-stream.h"

/* How this works
 *
 * A guest must not stay frozen because the program that froze it was killed. So the lock that keeps
 * other commands from the agent is held while the guest is frozen; the kernel releases it with the
 * program, and a program that then gets it and finds a frozen agent knows that the freeze is no
 * longer wanted. In case no other command ever comes, a shell started in the guest beforehand thaws
 * the file systems and restarts the agent. */

#define FREEZE_TIMEOUT_MS (60 * 1000) /* the guest writes everything not yet written */
#define THAW_TIMEOUT_MS (30 * 1000)
#define ALONE_SECONDS "30"

/* `fsfreeze -u` fails if nothing is frozen. The agent believes its file until it is restarted. The
 * shell must be in memory before the freeze, and so must each program that it calls. */
static const char watchdog[] =
  "fsfreeze --version; rm -f /run/vz-thawed; exec </dev/null >/dev/null 2>&1\n"
  "mounts=$(while read -r device place kind rest; do\n"
  "  case $device in /dev/*) echo \"$place\" ;; esac; done < /proc/mounts)\n"
  "( trap '' HUP TERM; n=0\n"
  "  while [ $n -lt " ALONE_SECONDS
  " ] && [ ! -e /run/vz-thawed ]; do sleep 1; n=$((n + 1)); done\n"
  "  [ ! -e /run/vz-thawed ] || exit 0\n"
  "  for place in $mounts; do fsfreeze -u \"$place\"; done\n"
  "  rm -f /run/qga.state /run/qga.state.isfrozen /var/run/qga.state.isfrozen\n"
  "  systemctl restart qemu-guest-agent ) &\n";

static gboolean
start_watchdog (VzGuestAgent *self, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "sh", "-c", watchdog, NULL };
  int status = 0;

  if (!vz_guest_agent_exec (self, argv, NULL, &status, NULL, NULL, cancellable, error))
    return FALSE;
  return status == 0 || vz_fail (error, VZ_ERROR_GUEST_AGENT,
                                 "the guest has no fsfreeze (exit status %d)", status);
}

static gboolean
talk (VzGuestAgent *self, int lock, const char *command, int timeout_ms, GCancellable *cancellable,
      JsonNode **ret_result, GError **error)
{
  g_autoptr (VzAgentChannel) channel = NULL;
  gint64 deadline = vz_deadline_after (timeout_ms);

  channel = vz_guest_agent_connect (self, deadline, cancellable, error);
  return channel != NULL && lock >= 0 &&
         vz_agent_channel_call (channel, command, NULL, deadline, cancellable, ret_result, error);
}

/**
 * vz_guest_agent_freeze:
 * @self: an agent
 * @cancellable: (nullable): cancels the wait; the guest is then not frozen
 * @error: return location for an error, or %NULL
 *
 * Freezes the guest's file systems: the guest writes everything to its disks and then suspends all
 * writing, so that the disks are consistent. This lasts until vz_guest_agent_thaw() is called on
 * the same object, which must follow soon; other calls to the agent wait meanwhile. If the program
 * ends without thawing, the next command to the agent thaws the guest, or the guest does so by
 * itself after half a minute.
 *
 * Returns: whether the guest is frozen; otherwise @error is %VZ_ERROR_GUEST_AGENT,
 * %VZ_ERROR_TIMED_OUT, %VZ_ERROR_NOT_FOUND or %VZ_ERROR_IO
 */
gboolean
vz_guest_agent_freeze (VzGuestAgent *self, GCancellable *cancellable, GError **error)
{
  int lock VZ_AUTO_CLOSE = -1;
  g_autoptr (JsonNode) frozen = NULL;
  VZ_ERROR_PREFIX ("freezing the guest's file systems");

  g_return_val_if_fail (VZ_IS_GUEST_AGENT (self), FALSE);
  if (!start_watchdog (self, cancellable, error))
    return FALSE;
  lock = vz_guest_agent_lock (self, vz_deadline_after (FREEZE_TIMEOUT_MS), cancellable, error);
  if (lock < 0)
    return FALSE;
  if (!talk (self, lock, "guest-fsfreeze-freeze", FREEZE_TIMEOUT_MS, cancellable, &frozen, error))
    {
      /* It may have frozen some or all of them, with only the answer missing. */
      talk (self, lock, "guest-fsfreeze-thaw", THAW_TIMEOUT_MS, NULL, NULL, NULL);
      return FALSE;
    }
  vz_guest_agent_keep_lock (self, vz_file_steal_fd (&lock));
  return TRUE;
}

/**
 * vz_guest_agent_thaw:
 * @self: an agent whose guest vz_guest_agent_freeze() has frozen
 * @error: return location for an error, or %NULL
 *
 * Thaws the guest's file systems, so that it can write again. This cannot be cancelled.
 *
 * Returns: whether the guest was thawed, and had been frozen until now; otherwise @error is
 *   %VZ_ERROR_GUEST_AGENT, %VZ_ERROR_TIMED_OUT or %VZ_ERROR_IO
 */
gboolean
vz_guest_agent_thaw (VzGuestAgent *self, GError **error)
{
  const char *argv[] = { "touch", "/run/vz-thawed", NULL };
  int lock VZ_AUTO_CLOSE = -1;
  g_autoptr (JsonNode) thawed = NULL;
  VZ_ERROR_PREFIX ("thawing the guest's file systems");

  g_return_val_if_fail (VZ_IS_GUEST_AGENT (self), FALSE);
  lock = vz_guest_agent_keep_lock (self, -1);
  if (!talk (self, lock, "guest-fsfreeze-thaw", THAW_TIMEOUT_MS, NULL, &thawed, error))
    return FALSE;
  vz_file_close (&lock);
  vz_guest_agent_exec (self, argv, NULL, NULL, NULL, NULL, NULL, NULL);
  if (json_node_get_value_type (thawed) == G_TYPE_INT64 && json_node_get_int (thawed) == 0)
    return vz_fail (error, VZ_ERROR_TIMED_OUT,
                    "the guest had stopped waiting and was already writing");
  return TRUE;
}
