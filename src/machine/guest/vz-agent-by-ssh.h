/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

/* Starts an agent in a guest without one: a VzGuestAgentStart of a VzVirtualMachine. */
gboolean vz_agent_by_ssh_start (GObject *machine, int timeout_ms, GCancellable *cancellable,
                                GError **error);

G_END_DECLS
