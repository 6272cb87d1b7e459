/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* A small process that ends another one when the creator of both is gone. */

/* For a process between fork and exec: leaves the guard behind, which waits at @fd, an end of a
 * socket pair whose other end only the creator has open. Calls only async-signal-safe functions. */
void vz_child_guard_leave (int fd);
/* For the creator: the process may now outlive it. Closes *@fd. */
void vz_child_guard_dismiss (int *fd);

G_END_DECLS
