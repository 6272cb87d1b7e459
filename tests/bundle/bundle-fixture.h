/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "vz.h"

/* Runs the tests with home, data, state and runtime directories of their own. GLib's own option for
 * that leaks, and these tests are to run with leak checking on. */
int fixture_run (int argc, char **argv, void (*add_tests) (void));

/* An own directory for a test, removed with all in it afterwards. */
char *fixture_directory (void);
void fixture_clear (char *directory);

/* A child that runs @function and then waits to be killed. Returns when @function has returned. */
pid_t fixture_spawn (void (*function) (const char *path), const char *path);
void fixture_kill (pid_t pid);
/* For @function of fixture_spawn(): a process of its own keeps what is open now for half a second,
 * as a killed one does that has much to give up. */
void fixture_linger (void);

/* Runs @function as a user who is not root; the result of @function is returned. */
gboolean fixture_run_unprivileged (gboolean (*function) (const char *path), const char *path);

/* A whole bundle with both identity files and a small disk. */
VzBundle *fixture_bundle (const char *path, guint64 ecid);
void fixture_write (const char *directory, const char *name, const char *text);
guint fixture_count (const char *directory);

/* Text at a place in a file, which is made if need be. */
void fixture_write_at (const char *path, off_t at, const char *text);
void fixture_assert_reads (const char *path, off_t at, const char *text);

/* A whole bundle in a directory of the test's. */
typedef struct {
  char *directory;
  char *path;
  VzBundle *bundle;
} BundleFixture;
#define FIXTURE_ECID G_GUINT64_CONSTANT (0x1661a1d30fb268d5)
void fixture_set_up (BundleFixture *self, gconstpointer data);
void fixture_tear_down (BundleFixture *self, gconstpointer data);
