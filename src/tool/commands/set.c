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
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' found, must be PROPERTY=VALUE, for example cpu-count=2",
                    assignment);
  name = g_strndup (assignment, (gsize) (equals - assignment));
  return vz_config_set_from_string (VZ_CONFIG (configuration), name, equals + 1, error);
}

static gboolean
run_set (VzTool *tool, GError **error)
{
  guint n_arguments = g_strv_length (tool->arguments);
  guint first = is_assignment (tool->arguments[0]) ? 0 : 1; /* "vz set cpu-count=2" means ~/VM.bundle */
  g_autoptr (VzBundle) bundle = tool_find_bundle (first == 1 ? tool->arguments[0] : NULL, error);
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;

  if (bundle == NULL || !vz_bundle_check_at_rest (bundle, error))
    return FALSE;
  if (first == n_arguments)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "nothing to set; usage: vz set %s", "[BUNDLE] PROPERTY=VALUE...");
  configuration = vz_bundle_load_configuration (bundle, error);
  if (configuration == NULL)
    return FALSE;
  for (guint i = first; i < n_arguments; i++)
    if (!apply (configuration, tool->arguments[i], error))
      return FALSE;
  return vz_virtual_machine_configuration_validate (configuration, error) &&
         vz_bundle_save_configuration (bundle, configuration, error);
}

const VzCommand vz_command_set = {
  "set", "[BUNDLE] PROPERTY=VALUE...", 1, 64, 0, NULL, run_set,
  "Changes properties of a stopped machine, after validating them all",
};
