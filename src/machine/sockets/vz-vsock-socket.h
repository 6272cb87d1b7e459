/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Sockets of AF_VSOCK, as the kernel has them. Each function returns a descriptor that is closed on
 * exec, or -1 with @error. */

/* Listens on a host port; does not block. */
int vz_vsock_socket_listen (guint32 port, GError **error);
/* The next connection that waits at @fd, with the number of its maker; -1 without an error: there
 * is none. The connection blocks. */
int vz_vsock_socket_accept (int fd, guint32 *ret_cid, guint32 *ret_port);
/* Connects to a port of the guest @cid; the kernel gives it two seconds to answer. */
int vz_vsock_socket_connect (guint32 cid, guint32 port, guint32 *ret_own_port,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
