/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* What a bundle's machine is doing. */
typedef struct {
  const char *name; /* "running", "paused", "saved", "stopped", "installing", "in-use" (by a program
                     * that does not hold its lock) or "damaged" */
  char *reason; /* details, or NULL */
  guint64 guest_memory_size; /* bytes that the guest has now; 0: unknown */
  const char *guest_agent; /* "absent", "installed" or "started-over-ssh"; NULL: unknown */
} BundleState;

/* Takes a few seconds at most, even if QEMU hangs. */
void bundle_state_init (BundleState *self, VzBundle *bundle);
void bundle_state_clear (BundleState *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BundleState, bundle_state_clear)

G_END_DECLS
