/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A synchronised connection to the guest agent. */
typedef struct _VzAgentChannel VzAgentChannel;

/* Takes over @fd, connected and not blocking, and makes sure that the agent answers us and nothing
 * older. TIMED_OUT when it does not. */
VzAgentChannel *vz_agent_channel_new (int fd, gint64 deadline, GCancellable *cancellable,
                                      GError **error);
void vz_agent_channel_free (VzAgentChannel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzAgentChannel, vz_agent_channel_free)

/* Runs @command; takes over @arguments, which may be NULL. @ret_result may be NULL. GUEST_AGENT
 * when the agent says no, with its text. After any other error the channel is of no use. */
gboolean vz_agent_channel_call (VzAgentChannel *self, const char *command, JsonObject *arguments,
                                gint64 deadline, GCancellable *cancellable, JsonNode **ret_result,
                                GError **error);
/* Sends a command: one that the agent does not answer when all goes well (guest-shutdown), or whose
 * answer is received then. */
gboolean vz_agent_channel_send (VzAgentChannel *self, const char *command, JsonObject *arguments,
                                gint64 deadline, GCancellable *cancellable, GError **error);
/* The answer to @command, which was sent. After TIMED_OUT it can be waited for again. */
gboolean vz_agent_channel_receive (VzAgentChannel *self, const char *command, gint64 deadline,
                                   GCancellable *cancellable, JsonNode **ret_result,
                                   GError **error);

G_END_DECLS
