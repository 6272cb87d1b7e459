/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "config-fixture.h"

/* One row for each rule: what is broken, and the line or lines that report it. Most break a valid
 * machine by setting one property from text; the others have a function. '*' in a line stands for
 * anything. */
typedef struct {
  const char *name;
  const char *property; /* to set, or NULL */
  const char *value; /* '@' stands for the test's directory */
  void (*breaks) (Fixture *fixture);
  const char *line;
  gboolean unprivileged; /* the superuser may do it: try as another user */
} ValidationRow;

void validation_add_rows (const ValidationRow *rows, gsize n_rows);
void validation_assert_lines (const char *message, const char *expected);
