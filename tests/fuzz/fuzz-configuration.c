/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vz.h"

/* Configuration.json comes with bundles from elsewhere. Whatever the text is, it is refused, or
 * gives an object that writes a text which gives an equal object. A text of two lines is also tried
 * as a property and a value to set. */

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

static void
try_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzConfig) config = vz_config_from_json (text, &error);
  g_autoptr (VzConfig) copy = NULL;
  g_autoptr (VzConfig) again = NULL;
  g_autofree char *written = NULL;
  g_autofree char *rewritten = NULL;

  g_assert_true ((config == NULL) == (error != NULL));
  if (config == NULL)
    return;
  copy = vz_config_copy (config);
  g_assert_true (vz_config_equal (config, copy));
  written = vz_config_to_json (config, NULL);
  again = vz_config_from_json (written, &error);
  g_assert_no_error (error);
  rewritten = vz_config_to_json (again, NULL);
  g_assert_cmpstr (written, ==, rewritten);
  vz_config_resolve_paths (config, "/nonexistent");
  vz_config_validate (config, NULL);
}

static void
try_set (char *text)
{
  g_autoptr (VzVirtualMachineConfiguration) config = vz_virtual_machine_configuration_new ();
  g_autoptr (GError) error = NULL;
  char *value = strchr (text, '\n');
  gboolean done;

  if (value == NULL)
    return;
  *value++ = '\0';
  done = vz_config_set_from_string (VZ_CONFIG (config), text, value, &error);
  g_assert_true (done == (error == NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) bytes, size);

  try_json (text);
  try_set (text);
  return 0;
}
