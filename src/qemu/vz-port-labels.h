/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* By these labels QEMU's monitor knows the ports to the guest that vz itself asks for. */
#define VZ_AGENT_PORT "agent" /* the guest agent's */
#define VZ_CLIPBOARD_PORT "clipboard" /* the Spice agent's, where the clipboard is shared */
