/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel tells about other processes. */

/* When process @pid was started, in ticks since the host's start; 0 when it is not there or is just
 * ending. Together with the number it names a process for good. */
guint64 vz_proc_get_start (int pid);

/* Name of the program that process @pid runs: "qemu-system-x86_64"; NULL when it cannot be
 * known. */
char *vz_proc_dup_program (int pid);

/* "root", or the number of a user without a name. */
char *vz_proc_dup_user (guint uid);

G_END_DECLS
