/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/agent/vz-guest-agent.h"

G_BEGIN_DECLS

/* Whether a program in the guest can take these arguments: INVALID_ARGUMENT names the limit. */
gboolean vz_exec_command_check (const char *const *argv, GError **error);

/* Makes the guest's agent start src/guest/exec.sh for the command, whose arguments may be any
 * bytes. */
gboolean vz_exec_command_start (VzGuestAgent *agent, const char *token, gboolean takes_input,
                                const char *const *argv, gint64 *ret_pid, GCancellable *cancellable,
                                GError **error);

/* The script's last words if it has ended, else NULL; the agent then forgets it. Waits only a
 * moment. */
char *vz_exec_command_dup_end (VzGuestAgent *agent, gint64 pid);

G_END_DECLS
