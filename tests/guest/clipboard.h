/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/* As much of a Spice agent as shares a clipboard of texts: what `spice-vdagent` does on a
 * desktop. */

#define CLIPBOARD_MAX 1048576 /* bytes of a text */

/* Opens the agent's port and says what this agent can do. Returns its descriptor, -1 when there is
 * none. */
int clipboard_open (void);
/* Copies a text in the guest: the other side learns that there is one, and may ask for it. */
int clipboard_copy (const char *text);
/* Takes what the other side sends. Returns a text that was copied there, and its size as it came,
 * or NULL: none came. Valid until the next call. */
const char *clipboard_receive (size_t *size);
