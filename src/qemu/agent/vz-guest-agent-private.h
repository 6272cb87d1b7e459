/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/agent/vz-agent-channel.h"
#include "qemu/agent/vz-guest-agent.h"

G_BEGIN_DECLS

/* The agent behind `agent.sock` in @runtime_dir, whether or not anybody listens there yet. */
VzGuestAgent *vz_guest_agent_new (const char *runtime_dir);
/* Who can say whether the guest stands still: that time does not count for the limits of calls. */
typedef gboolean (*VzGuestAgentIsPaused) (GObject *owner);
/* Who can start an agent where none answers. FALSE with TIMED_OUT: not yet, perhaps in a while;
 * with anything else: never. TRUE: it is started, or there is nothing to be done. */
typedef gboolean (*VzGuestAgentStart) (GObject *owner, int timeout_ms, GCancellable *cancellable,
                                       GError **error);
void vz_guest_agent_set_owner (VzGuestAgent *self, GObject *owner, VzGuestAgentIsPaused is_paused,
                               VzGuestAgentStart start);

/* What keeps other commands away: a descriptor, or -1 with @error. */
int vz_guest_agent_lock (VzGuestAgent *self, gint64 deadline, GCancellable *cancellable,
                         GError **error);
/* Returns the lock that was kept, and keeps @lock instead; -1 is none. */
int vz_guest_agent_keep_lock (VzGuestAgent *self, int lock);
/* A channel for who has the lock. */
VzAgentChannel *vz_guest_agent_connect (VzGuestAgent *self, gint64 deadline,
                                        GCancellable *cancellable, GError **error);
/* One command in a separate exchange; takes over @arguments. */
gboolean vz_guest_agent_call (VzGuestAgent *self, const char *command, JsonObject *arguments,
                              GCancellable *cancellable, JsonNode **ret_result, GError **error);
/* The same with another limit of time than the usual half a minute. */
gboolean vz_guest_agent_call_within (VzGuestAgent *self, int timeout_ms, const char *command,
                                     JsonObject *arguments, GCancellable *cancellable,
                                     JsonNode **ret_result, GError **error);

G_END_DECLS
