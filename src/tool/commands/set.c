/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"

#include <string.h>

#include "foundation/vz-fail.h"

/* A bundle may have '=' in its name. */
static gboolean
is_assignment (const char *argument)
{
  return strchr (argument, '=') != NULL && !g_file_test (argument, G_FILE_TEST_IS_DIR);
}

static gboolean
apply (VzVirtualMachineConfiguration *configuration, const char *assignment, GError **error)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *name = NULL;

  if (equals == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s' found, must be PROPERTY=VALUE, for example cpu-count=2", assignment);
  name = g_strndup (assignment, (gsize) (equals - assignment));
  return vz_config_set_from_string (VZ_CONFIG (configuration), name, equals + 1, error);
}

static gboolean
apply_all (VzVirtualMachineConfiguration *configuration, gpointer data, GError **error)
{
  for (char **assignment = data; *assignment != NULL; assignment++)
    if (!apply (configuration, *assignment, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_set (VzTool *tool, GError **error)
{
  guint first = is_assignment (tool->arguments[0]) ? 0
                                                   : 1; /* "vz set cpu-count=2" means ~/VM.bundle */
  g_autoptr (VzBundle) bundle = NULL;

  if (first == g_strv_length (tool->arguments))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "nothing to set; usage: vz set %s",
                    "[BUNDLE] PROPERTY=VALUE...");
  bundle = tool_find_bundle (first == 1 ? tool->arguments[0] : NULL, error);
  return bundle != NULL &&
         vz_bundle_change_configuration (bundle, apply_all, tool->arguments + first, error);
}

const VzCommand vz_command_set = {
  "set",   "[BUNDLE] PROPERTY=VALUE...",
  1,       64,
  0,       NULL,
  run_set, "Changes properties of a stopped machine, after validating them all",
};
