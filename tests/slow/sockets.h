/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Adds the cases about sockets between guest and host, which need /dev/vhost-vsock. */
void sockets_add_tests (void);
