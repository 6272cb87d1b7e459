/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* What this host is. */

/* Processors this process may use, at least 1. */
guint vz_host_get_cpu_count (void);

/* Installed memory in bytes. */
guint64 vz_host_get_memory_size (void);

/* "x86_64" or "aarch64"; the kernel's own word on any other machine. Static. */
const char *vz_host_get_architecture (void);

/* Whether guests can run guests: FALSE only where KVM is there and its switch for it is off. */
gboolean vz_host_has_nested_virtualization (void);

G_END_DECLS
