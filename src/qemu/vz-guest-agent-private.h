/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/vz-guest-agent.h"

G_BEGIN_DECLS

/* The agent behind `agent.sock` in @runtime_dir, whether or not anybody listens there yet. */
VzGuestAgent *vz_guest_agent_new (const char *runtime_dir);

G_END_DECLS
