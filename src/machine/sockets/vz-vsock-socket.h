/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* AF_VSOCK sockets of the kernel. Each function returns a close-on-exec descriptor, or -1 with
 * @error. */

/* Listens on a host port; does not block. */
int vz_vsock_socket_listen (guint32 port, GError **error);
/* The next connection pending on @fd, with its origin's number; -1 without an error: there is none.
 * The connection blocks. */
int vz_vsock_socket_accept (int fd, guint32 *ret_cid, guint32 *ret_port);
/* Connects to a port of the guest @cid, which has two seconds to answer (the kernel's limit). */
int vz_vsock_socket_connect (guint32 cid, guint32 port, guint32 *ret_own_port,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
