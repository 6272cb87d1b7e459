/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The commands about sockets between guest and host, whose answers go to @out; 1: done, 0: failed,
 * -1: it is none of them. */
int vsock_obey (int out, const char *command, const char *argument);
