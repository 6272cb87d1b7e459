/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The labels in QEMU's monitor of the guest ports that vz itself requests. */
#define VZ_AGENT_PORT "agent" /* the guest agent's */
#define VZ_CLIPBOARD_PORT "clipboard" /* the Spice agent's, if the clipboard is shared */
