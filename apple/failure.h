/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Why a step was not done: one line for the user, and the exit code of the program. */

#ifndef APPLE_FAILURE_H
#define APPLE_FAILURE_H

#include "foundation.h"

/* Those of vz. */
enum {
  EXIT_DONE = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE = 2,
  EXIT_HOST = 3, /* this Mac cannot */
  EXIT_INVALID = 4,
  EXIT_NOT_FOUND = 5,
  EXIT_BUSY = 6,
  EXIT_INTERRUPTED = 130,
};

typedef struct {
  int exit_code;
  char message[2048];
} Failure;

/* All return false, for the caller to return. The first failure is kept: later ones follow from it.
 */
bool fail (Failure *failure, int exit_code, const char *format, ...)
  __attribute__ ((format (printf, 3, 4)));
/* With the text of `errno`. */
bool fail_errno (Failure *failure, const char *format, ...) __attribute__ ((format (printf, 2, 3)));
/* With Apple's words, and the exit code that goes with Apple's code. */
bool fail_error (Failure *failure, const char *what, NSError *error);
bool fail_interrupted (Failure *failure);

#endif
