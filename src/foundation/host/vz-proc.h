/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel says about other processes. */

/* When process @pid was started, in ticks since the host booted; 0 if it does not exist or is about
 * to end. Together with the PID, it identifies a process permanently. */
guint64 vz_proc_get_start (int pid);

/* Name of the program that process @pid runs: "qemu-system-x86_64"; NULL if unknown. */
char *vz_proc_dup_program (int pid);

/* "root", or the number of a user without a name. */
char *vz_proc_dup_user (guint uid);

G_END_DECLS
