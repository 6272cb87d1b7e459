/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A synchronized connection to the guest agent. */
typedef struct _VzAgentChannel VzAgentChannel;

/* Takes ownership of @fd, connected and nonblocking, and makes sure that the agent answers this
 * connection and not an older one. TIMED_OUT if it does not. */
VzAgentChannel *vz_agent_channel_new (int fd, gint64 deadline, GCancellable *cancellable,
                                      GError **error);
void vz_agent_channel_free (VzAgentChannel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzAgentChannel, vz_agent_channel_free)

/* Runs @command; takes ownership of @arguments, which may be NULL. @ret_result may be NULL.
 * GUEST_AGENT if the agent refuses, with its text. After any other error the channel is
 * unusable. */
gboolean vz_agent_channel_call (VzAgentChannel *self, const char *command, JsonObject *arguments,
                                gint64 deadline, GCancellable *cancellable, JsonNode **ret_result,
                                GError **error);
/* Sends a command: one that the agent does not answer on success (guest-shutdown), or whose answer
 * is received later. */
gboolean vz_agent_channel_send (VzAgentChannel *self, const char *command, JsonObject *arguments,
                                gint64 deadline, GCancellable *cancellable, GError **error);
/* The answer to @command, sent before. After TIMED_OUT it can be waited for again. */
gboolean vz_agent_channel_receive (VzAgentChannel *self, const char *command, gint64 deadline,
                                   GCancellable *cancellable, JsonNode **ret_result,
                                   GError **error);

G_END_DECLS
