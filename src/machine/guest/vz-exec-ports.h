/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/agent/vz-guest-agent.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* The virtio ports that a command in the guest gets: one for each of its streams, and one for
 * control messages, so that the two cannot be confused. The ports of a command share a random
 * token. */
typedef enum {
  VZ_EXEC_INPUT,
  VZ_EXEC_OUTPUT,
  VZ_EXEC_ERRORS,
  VZ_EXEC_CONTROL,
  VZ_N_EXEC_PORTS,
} VzExecPort;

/* "exec-TOKEN-out": QEMU's name for a port and its chardev, and the socket's name in the runtime
 * directory. */
char *vz_exec_port_dup_id (const char *token, VzExecPort port);

/* A lock that shows that the ports' owner is alive, -1 with @error; the second function closes and
 * removes it. */
int vz_exec_ports_lock (const char *directory, const char *token, GError **error);
void vz_exec_ports_unlock (const char *directory, const char *token, int lock);

/* The guest learns about ports from messages: it has room for 32, and QEMU drops any more. So one
 * command at a time plugs in, and keeps its turn (a descriptor, -1 with @error) until the guest has
 * its ports. BUSY if the turn does not come. */
int vz_exec_ports_take_turn (const char *directory, GCancellable *cancellable, GError **error);

/* Plugs the ports in and connects to them, without the input port unless @takes_input. Waits a
 * while for room, then fails with BUSY. Whatever is in @sockets afterwards, -1 or not, is the
 * caller's. */
gboolean vz_exec_ports_plug_in (VzEngine *engine, VzGuestAgent *agent, const char *directory,
                                const char *token, gboolean takes_input,
                                int sockets[VZ_N_EXEC_PORTS], GCancellable *cancellable,
                                GError **error);
/* Returns once the guest has had time to notice. */
void vz_exec_ports_unplug (VzEngine *engine, VzGuestAgent *agent, const char *directory,
                           const char *token);

/* Unplugs ports whose owner died without unplugging them (SIGKILL); what ran on them has ended by
 * itself. Returns the number of commands with a living owner. */
guint vz_exec_ports_sweep (VzEngine *engine, VzGuestAgent *agent, const char *directory);

G_END_DECLS
