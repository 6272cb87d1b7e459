/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

/* "cpu-count: 2", one property per line, so that a line can be passed to `vz set`. */
static void
print_node (JsonNode *node, const char *path)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &name, &member))
        {
          g_autofree char *below = *path == '\0' ? g_strdup (name)
                                                 : g_strdup_printf ("%s.%s", path, name);

          print_node (member, below);
        }
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          g_autofree char *below = g_strdup_printf ("%s[%u]", path, i);

          print_node (json_array_get_element (array, i), below);
        }
    }
  else
    {
      g_autofree char *value = json_to_string (node, FALSE);

      tool_print ("  %s: %s\n", path, value);
    }
}

static void
print_for_people (JsonNode *node)
{
  static const char *const keys[] = {
    "bundle", "state",          "reason",        "guest-agent", "machine-identifier",
    "uuid",   "hardware-model", "guest-settings"
  };
  JsonObject *object = json_node_get_object (node);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (json_object_has_member (object, keys[i]))
      {
        const char *value = json_object_get_string_member (object, keys[i]);
        g_autofree char *path = i == 0 ? tool_dup_shown_path (value) : NULL;

        tool_print ("%s: %s", keys[i], path != NULL ? path : value);
        tool_print ("\n");
      }
  if (json_object_has_member (object, "guest-memory-size"))
    {
      g_autofree char *size =
        vz_size_format ((guint64) json_object_get_int_member (object, "guest-memory-size"));

      tool_print ("guest-memory-size: %s\n", size);
    }
  tool_print ("configuration:\n");
  print_node (json_object_get_member (object, "configuration"), "");
}

static gboolean
run_show (VzTool *tool, GError **error)
{
  g_autoptr (VzBundle) bundle = tool_look_at_bundle (tool, 0, error);
  g_autoptr (JsonNode) node = bundle != NULL ? tool_describe_bundle (bundle, TRUE, error) : NULL;

  if (node == NULL)
    return FALSE;
  if (tool->json)
    tool_print_json (node);
  else
    print_for_people (node);
  return TRUE;
}

const VzCommand vz_command_show = {
  .name = "show",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .run = run_show,
  .summary = "Shows a bundle's identity, state and complete configuration",
  .examples = { { "vz show web.bundle", "Shows a bundle" },
                { "vz show --json | jq .state",
                  "Prints the state of the machine in ~/VM.bundle" } },
};
