/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/agent/vz-agent-channel.h"
#include "qemu/agent/vz-guest-agent.h"

G_BEGIN_DECLS

/* The agent behind `agent.sock` in @runtime_dir, whether or not anything listens there yet. */
VzGuestAgent *vz_guest_agent_new (const char *runtime_dir);
/* Whether the guest is paused: that time does not count towards the time limits of calls. */
typedef gboolean (*VzGuestAgentIsPaused) (GObject *owner);
/* Starts an agent if none answers. FALSE with TIMED_OUT: not yet, perhaps later; with any other
 * error: never. TRUE: it is started, or there is nothing to do. */
typedef gboolean (*VzGuestAgentStart) (GObject *owner, int timeout_ms, GCancellable *cancellable,
                                       GError **error);
void vz_guest_agent_set_owner (VzGuestAgent *self, GObject *owner, VzGuestAgentIsPaused is_paused,
                               VzGuestAgentStart start);

/* Keeps other commands away: a descriptor, or -1 with @error. */
int vz_guest_agent_lock (VzGuestAgent *self, gint64 deadline, GCancellable *cancellable,
                         GError **error);
/* Returns the kept lock, and keeps @lock instead; -1 means none. */
int vz_guest_agent_keep_lock (VzGuestAgent *self, int lock);
/* A channel for the lock's holder. */
VzAgentChannel *vz_guest_agent_connect (VzGuestAgent *self, gint64 deadline,
                                        GCancellable *cancellable, GError **error);
/* One command in a separate exchange; takes ownership of @arguments. */
gboolean vz_guest_agent_call (VzGuestAgent *self, const char *command, JsonObject *arguments,
                              GCancellable *cancellable, JsonNode **ret_result, GError **error);
/* The same with a time limit other than the usual 30 seconds. */
gboolean vz_guest_agent_call_within (VzGuestAgent *self, int timeout_ms, const char *command,
                                     JsonObject *arguments, GCancellable *cancellable,
                                     JsonNode **ret_result, GError **error);

G_END_DECLS
