/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"

static void
print_problems_as_json (VzBundle *bundle, GStrv problems)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "bundle");
  json_builder_add_string_value (builder, vz_bundle_get_path (bundle));
  json_builder_set_member_name (builder, "problems");
  json_builder_begin_array (builder);
  for (guint i = 0; problems[i] != NULL; i++)
    json_builder_add_string_value (builder, problems[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

static gboolean
run_check (VzTool *tool, GError **error)
{
  g_autoptr (VzBundle) bundle = tool_open_bundle (tool, 0, error);
  g_auto (GStrv) problems = NULL;

  if (bundle == NULL)
    return FALSE;
  /* A running machine may write to its files at any time. */
  if (!vz_bundle_is_running (bundle) && !vz_bundle_check_at_rest (bundle, error))
    return FALSE;
  problems = vz_bundle_check (bundle);
  if (tool->json)
    print_problems_as_json (bundle, problems);
  else
    for (guint i = 0; problems[i] != NULL; i++)
      tool_print ("%s\n", problems[i]);
  if (problems[0] != NULL)
    {
      tool->exit_code = VZ_EXIT_INVALID;
      return TRUE;
    }
  if (!tool->json)
    tool_print ("%s: no problems found\n", vz_bundle_get_path (bundle));
  return TRUE;
}

const VzCommand vz_command_check = {
  .name = "check",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .run = run_check,
  .summary = "Checks a bundle for anything that can be wrong",
  .details = "The exit code is 4 if something is wrong. Nothing is changed.",
  .examples = { { "vz check web.bundle", "Checks a bundle" } },
};
