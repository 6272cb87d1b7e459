/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"


/* A bundle that cannot be read is listed as such: a list that fails because of one bundle is of no use. */
static JsonNode *
describe_or_say_why (VzBundle *bundle)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) builder = NULL;
  JsonNode *node = tool_describe_bundle (bundle, FALSE, &error);

  if (node != NULL)
    return node;
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "bundle");
  json_builder_add_string_value (builder, vz_bundle_get_path (bundle));
  json_builder_set_member_name (builder, "state");
  json_builder_add_string_value (builder, "invalid");
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, error->message);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static gboolean
run_list (VzTool *tool, GError **error)
{
  g_autoptr (GPtrArray) bundles = vz_bundle_list (error);

  if (bundles == NULL)
    return FALSE;
  if (bundles->len == 0 && !tool->json)
    tool_say ("no bundles yet; 'vz install' makes one");
  for (guint i = 0; i < bundles->len; i++)
    {
      g_autoptr (JsonNode) node = describe_or_say_why (g_ptr_array_index (bundles, i));
      JsonObject *object = json_node_get_object (node);

      if (tool->json)
        tool_print_json (node);
      else
        tool_print ("%-8s  %-16s  %s\n", json_object_get_string_member (object, "state"),
                json_object_get_string_member_with_default (object, "machine-identifier", "-"),
                json_object_get_string_member (object, "bundle"));
    }
  return TRUE;
}

const VzCommand vz_command_list = {
  "list", "", 0, 0, VZ_COMMAND_JSON, NULL, run_list, "Lists the bundles of this user",
};
