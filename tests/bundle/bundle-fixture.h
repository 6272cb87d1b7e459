/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "vz.h"

/* Runs the tests with their own home, data, state and runtime directories. GLib's own option for
 * that leaks, and these tests are run with leak checking. */
int fixture_run (int argc, char **argv, void (*add_tests) (void));

/* A test's own directory, removed afterwards with everything in it. */
char *fixture_directory (void);
void fixture_clear (char *directory);

/* A child that runs @function and then waits to be killed. Returns after @function has returned. */
pid_t fixture_spawn (void (*function) (const char *path), const char *path);
void fixture_kill (pid_t pid);
/* For @function of fixture_spawn(): a separate process keeps what is open now for half a second,
 * like a killed one that has much to release. */
void fixture_linger (void);

/* Runs @function as a user other than root; returns its result. */
gboolean fixture_run_unprivileged (gboolean (*function) (const char *path), const char *path);

/* A complete bundle with both identity files and a small disk. */
VzBundle *fixture_bundle (const char *path, guint64 ecid);
void fixture_write (const char *directory, const char *name, const char *text);
guint fixture_count (const char *directory);

/* Writes text at an offset of a file, which is created if necessary. */
void fixture_write_at (const char *path, off_t at, const char *text);
void fixture_assert_reads (const char *path, off_t at, const char *text);

/* A complete bundle in a directory of the test's. */
typedef struct {
  char *directory;
  char *path;
  VzBundle *bundle;
} BundleFixture;
#define FIXTURE_ECID G_GUINT64_CONSTANT (0x1661a1d30fb268d5)
void fixture_set_up (BundleFixture *self, gconstpointer data);
void fixture_tear_down (BundleFixture *self, gconstpointer data);
