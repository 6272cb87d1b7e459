/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validation-rows.h"

#include <unistd.h>

static void
set_property (Fixture *fixture, const ValidationRow *row)
{
  g_auto (GStrv) parts = g_strsplit (row->value, "@", -1);
  g_autofree char *value = g_strjoinv (fixture->directory, parts);
  g_autoptr (GError) error = NULL;

  vz_config_set_from_string (VZ_CONFIG (fixture->config), row->property, value, &error);
  g_assert_no_error (error);
}

/* GPatternSpec knows only * and ?. */
void
validation_assert_lines (const char *message, const char *expected)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  g_auto (GStrv) patterns = g_strsplit (expected, "\n", -1);

  if (g_strv_length (lines) != g_strv_length (patterns))
    g_error ("found:\n%s\nexpected:\n%s", message, expected);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!g_pattern_match_simple (patterns[i], lines[i]))
      g_error ("found:\n%s\nexpected:\n%s", lines[i], patterns[i]);
}

static void
test_rule (Fixture *fixture, gconstpointer data)
{
  const ValidationRow *row = data;
  g_autoptr (GError) error = NULL;
  gboolean as_other = geteuid () == 0 && row->unprivileged;

  g_assert_true (vz_virtual_machine_configuration_validate (fixture->config, &error));
  g_assert_no_error (error);
  if (row->property != NULL)
    set_property (fixture, row);
  if (row->breaks != NULL)
    row->breaks (fixture);
  /* The superuser may read and write regardless of the mode. */
  if (as_other)
    g_assert_cmpint (seteuid (65534), ==, 0);
  g_assert_false (vz_virtual_machine_configuration_validate (fixture->config, &error));
  if (as_other)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  validation_assert_lines (error->message, row->line);
}

void
validation_add_rows (const ValidationRow *rows, gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++)
    {
      g_autofree char *path = g_strdup_printf ("/validation/rule/%s", rows[i].name);

      g_test_add (path, Fixture, &rows[i], fixture_set_up, test_rule, fixture_tear_down);
    }
}
