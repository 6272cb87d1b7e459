/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Runs a program to its end. All programs that the library waits for go through here, so that every
 * such wait ends. */

#define VZ_RUN_FDS 8

typedef void (*VzRunLine) (const char *line, gpointer user_data);

typedef struct {
  const char *const *argv;
  const char *const *environ; /* NULL: ours */
  guint limit_ms; /* counted from the start, or from the last line given to @line */
  gboolean wants_output; /* of standard output; otherwise it is discarded */
  gboolean wants_errors; /* of standard error, merged with the output */
  /* Standard input is a pipe that is closed when the run is aborted; the program then has this long
   * to end by itself. 0: standard input is empty, and the program is killed. */
  guint grace_ms;
  int fds[VZ_RUN_FDS]; /* kept open in it under the same numbers; the first 0 ends the list */
  gboolean counts_in_place; /* a carriage return ends a line, as when a terminal line is
                             * overwritten */
  VzRunLine line; /* nullable: is given each line of the output as it arrives */
  gpointer user_data;
} VzRun;

/* FALSE if the program cannot be started (NOT_SUPPORTED), does not end in time (TIMED_OUT, which
 * says how long it was given) or @cancellable is cancelled. Otherwise *@ret_wait_status is for
 * g_spawn_check_wait_status(), and *@ret_output (nullable) has the output that was requested and
 * not given to @line: valid UTF-8, at most 1 MiB of it, without trailing white space.
 *
 * The run ends with the program itself, not with its pipes, which its children may hold open. The
 * children are killed with it, unless they have left its session. Without @grace_ms it is also
 * killed when this process is. */
gboolean vz_run (const VzRun *run, int *ret_wait_status, char **ret_output,
                 GCancellable *cancellable, GError **error);

G_END_DECLS
