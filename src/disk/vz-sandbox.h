/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/host/vz-run.h"

G_BEGIN_DECLS

#define VZ_SANDBOX_MORE_FDS 6

/* A program that reads untrusted data: without network, without any files but those given, with
 * little memory. See src/guard/vz-sandbox.c. */
typedef struct {
  const char *const *argv; /* it sees its files as /proc/self/fd/N, or N */
  const char *package; /* Debian's, which contains the program; NULL: it is part of vz */
  int read_fd; /* 0: none */
  int more_read_fds[VZ_SANDBOX_MORE_FDS]; /* the first 0 ends the list */
  int write_fd; /* 0: none */
  guint64 largest; /* maximum size of a file that it writes, in bytes */
  gboolean drops_errors; /* standard error is not part of the output */
  VzRunLine line; /* nullable: is given each line of output */
  gpointer user_data;
} VzSandbox;

/* As vz_run(), and NOT_SUPPORTED if the program is not installed; it may be silent for some
 * minutes. */
gboolean vz_sandbox_run (const VzSandbox *self, int *ret_wait_status, char **ret_output,
                         GCancellable *cancellable, GError **error);

/* The error code of a program that failed to write, from its last words: OUT_OF_DISK_SPACE or
 * @otherwise. */
VzError vz_sandbox_judge_words (const char *said, VzError otherwise);

/* A new file without a name, for temporary use in an examination. -1 with @error. */
int vz_sandbox_open_scratch (GError **error);

G_END_DECLS
