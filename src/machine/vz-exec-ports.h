/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/vz-engine.h"
#include "qemu/vz-guest-agent.h"

G_BEGIN_DECLS

/* The virtio ports that a command in the guest gets for its streams: input, output, errors. Those of one
 * command have a random token in common. */
#define VZ_N_EXEC_PORTS 3

/* "exec-TOKEN-out": QEMU's name of a port and of its chardev, and the socket's in the runtime directory. */
char *vz_exec_port_dup_id (const char *token, guint port);
/* "vz.TOKEN.out": the guest's name. */
char *vz_exec_port_dup_name (const char *token, guint port);

/* A lock that says that the owner of the ports lives, -1 with @error; closed and removed by the other. */
int vz_exec_ports_lock (const char *directory, const char *token, GError **error);
void vz_exec_ports_unlock (const char *directory, const char *token, int lock);

/* Kills the command in the guest, with its children. */
void vz_exec_ports_kill (VzGuestAgent *agent, const char *token);
void vz_exec_ports_unplug (VzEngine *engine, const char *token);

/* Does both for commands whose owner is gone without it (SIGKILL): the bus has room for ten. */
void vz_exec_ports_sweep (VzEngine *engine, VzGuestAgent *agent, const char *directory);

G_END_DECLS
