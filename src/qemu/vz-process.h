/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "foundation/vz-macros.h"
#include "qemu/vz-id-map.h"

G_BEGIN_DECLS

/* A QEMU process and the thread that started it and waits for its end. */
typedef struct _VzProcess VzProcess;

typedef struct {
  const char *const *argv;
  const char *log_path; /* standard output and error; truncated first */
  gboolean kill_on_exit; /* it dies with this process, however that ends */
  gboolean guarded; /* the same, but only until vz_process_let_live() */
  const int *extra_fds; /* kept open under the same numbers */
  gsize n_extra_fds;
  const VzIdMap *id_map; /* NULL: it sees the host's user IDs */
} VzProcessParams;

/* @exited is called once, on the process's own thread, when the process has ended, even after
 * vz_process_release(): @user_data must live until then. */
typedef void (*VzProcessExited) (int wait_status, gpointer user_data);

VzProcess *vz_process_spawn (const VzProcessParams *params, VzProcessExited exited,
                             gpointer user_data, GError **error);
pid_t vz_process_get_pid (VzProcess *self);

/* Sends @signal_number unless the process is already gone (its PID may belong to another one). */
void vz_process_signal (VzProcess *self, int signal_number);
/* FALSE if it has not ended by @deadline. */
gboolean vz_process_wait (VzProcess *self, gint64 deadline, int *ret_wait_status);

/* From now on a guarded process may outlive this one. */
void vz_process_let_live (VzProcess *self);

/* Frees the handle; the process keeps running unless it is still guarded. */
void vz_process_release (VzProcess *self);

/* "was killed by signal 9 (Killed)", "ended with status 1" */
char *vz_process_describe_status (int wait_status);
/* The last lines of a log, or NULL if it has none. */
char *vz_process_dup_log_tail (const char *log_path, guint n_lines);

G_END_DECLS
