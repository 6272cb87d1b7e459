/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/host/vz-run.h"

G_BEGIN_DECLS

#define VZ_SANDBOX_MORE_FDS 6

/* A program that reads what nobody vouches for: without the network, without any file but those
 * given, with little memory. See src/guard/vz-sandbox.c. */
typedef struct {
  const char *const *argv; /* its files are /proc/self/fd/N, or N */
  const char *package; /* of Debian's that has the program; NULL: it is a part of vz */
  int read_fd; /* 0: none */
  int more_read_fds[VZ_SANDBOX_MORE_FDS]; /* the first 0 ends them */
  int write_fd; /* 0: none */
  guint64 largest; /* bytes that a file may have which it writes */
  gboolean drops_errors; /* what it says on standard error is not part of the output */
  VzRunLine line; /* nullable: is given each line of what it says */
  gpointer user_data;
} VzSandbox;

/* As vz_run(), and NOT_SUPPORTED when the program is not installed; it may be silent for some
 * minutes. */
gboolean vz_sandbox_run (const VzSandbox *self, int *ret_wait_status, char **ret_output,
                         GCancellable *cancellable, GError **error);

/* The code of a program's failure to write, by its last words: OUT_OF_DISK_SPACE or @otherwise. */
VzError vz_sandbox_judge_words (const char *said, VzError otherwise);

/* A new file without a name, for what a look needs for a moment. -1 with @error. */
int vz_sandbox_open_scratch (GError **error);

G_END_DECLS
