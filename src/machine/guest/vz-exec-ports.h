/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/agent/vz-guest-agent.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* The virtio ports that a command in the guest gets: one for each of its streams, and one for what
 * is said about it, so that nothing of the one can be taken for the other. Those of one command
 * have a random token in common. */
typedef enum {
  VZ_EXEC_INPUT,
  VZ_EXEC_OUTPUT,
  VZ_EXEC_ERRORS,
  VZ_EXEC_CONTROL,
  VZ_N_EXEC_PORTS,
} VzExecPort;

/* "exec-TOKEN-out": QEMU's name of a port and of its chardev, and the socket's in the runtime
 * directory. */
char *vz_exec_port_dup_id (const char *token, VzExecPort port);

/* A lock that says that the owner of the ports lives, -1 with @error; closed and removed by the
 * other. */
int vz_exec_ports_lock (const char *directory, const char *token, GError **error);
void vz_exec_ports_unlock (const char *directory, const char *token, int lock);

/* The guest learns of ports by messages for which it has room for 32, and QEMU drops what is more.
 * So one command at a time plugs in, and keeps its turn (a descriptor, -1 with @error) until the
 * guest has its ports. BUSY when it does not come. */
int vz_exec_ports_take_turn (const char *directory, GCancellable *cancellable, GError **error);

/* Plugs the ports in and connects to them; without that of the input unless @takes_input. Waits a
 * while for room, then fails with BUSY. What is in @sockets afterwards, -1 or not, is the
 * caller's. */
gboolean vz_exec_ports_plug_in (VzEngine *engine, VzGuestAgent *agent, const char *directory,
                                const char *token, gboolean takes_input,
                                int sockets[VZ_N_EXEC_PORTS], GCancellable *cancellable,
                                GError **error);
/* Returns when the guest had time to hear of it. */
void vz_exec_ports_unplug (VzEngine *engine, VzGuestAgent *agent, const char *directory,
                           const char *token);

/* Unplugs those whose owner is gone without it (SIGKILL); what ran on them has ended by itself. The
 * number of commands whose owner lives. */
guint vz_exec_ports_sweep (VzEngine *engine, VzGuestAgent *agent, const char *directory);

G_END_DECLS
