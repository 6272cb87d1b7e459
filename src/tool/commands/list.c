/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

static JsonNode *
describe_bad (const char *path, const char *state, const char *reason)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "bundle");
  json_builder_add_string_value (builder, path);
  json_builder_set_member_name (builder, "state");
  json_builder_add_string_value (builder, state);
  json_builder_set_member_name (builder, "reason");
  json_builder_add_string_value (builder, reason);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/* A bundle that cannot be read is listed as such: a list that fails because of one bundle is
 * useless. */
static JsonNode *
describe_or_say_why (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) bundle = vz_bundle_look (path, &error);
  JsonNode *node = bundle != NULL ? tool_describe_bundle (bundle, FALSE, &error) : NULL;

  if (node != NULL)
    return node;
  if (bundle == NULL && g_error_matches (error, VZ_ERROR, VZ_ERROR_NOT_FOUND))
    return describe_bad (
      path, "missing",
      "no longer here; if it is gone for good, 'vz delete' removes it from the list");
  return describe_bad (path, "damaged", error->message);
}

static const char *
get_text (JsonNode *node, const char *key)
{
  return json_object_get_string_member_with_default (json_node_get_object (node), key, NULL);
}

#define MOST_AT_ONCE 64

typedef struct {
  const char *path;
  JsonNode *node;
} Line;

static void
describe_line (gpointer data, gpointer user_data G_GNUC_UNUSED)
{
  Line *line = data;

  line->node = describe_or_say_why (line->path);
}

/* In parallel: a QEMU that does not answer takes seconds, but several take no longer than one. */
static GPtrArray *
describe_all (const char *const *paths)
{
  gsize length = g_strv_length ((char **) paths);
  g_autofree Line *lines = g_new0 (Line, length);
  GPtrArray *nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  GThreadPool *pool = g_thread_pool_new (describe_line, NULL, MOST_AT_ONCE, FALSE, NULL);

  for (gsize i = 0; i < length; i++)
    {
      lines[i].path = paths[i];
      g_thread_pool_push (pool, &lines[i], NULL);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
  for (gsize i = 0; i < length; i++)
    g_ptr_array_add (nodes, lines[i].node);
  return nodes;
}

/* Another bundle in the list with the same machine, or NULL. */
static const char *
find_same (GPtrArray *nodes, JsonNode *node)
{
  const char *identifier = get_text (node, "machine-identifier");

  for (guint i = 0; identifier != NULL && i < nodes->len; i++)
    if (nodes->pdata[i] != node &&
        g_strcmp0 (get_text (nodes->pdata[i], "machine-identifier"), identifier) == 0)
      return get_text (nodes->pdata[i], "bundle");
  return NULL;
}

static void
print_line (JsonNode *node)
{
  const char *identifier = get_text (node, "machine-identifier");
  const char *reason = get_text (node, "reason");
  const char *same = get_text (node, "same-machine-as");
  g_autofree char *path = tool_dup_shown_path (get_text (node, "bundle"));

  tool_print ("%-8s  %-16s  %s", get_text (node, "state"), identifier != NULL ? identifier : "-",
              path);
  if (reason != NULL)
    tool_print ("  (%s)", reason);
  if (same != NULL)
    tool_print ("  (the same machine as '%s'; only one of them can run at a time)", same);
  tool_print ("\n");
}

static gboolean
run_list (VzTool *tool, GError **error)
{
  g_auto (GStrv) paths = vz_bundle_list_paths (error);
  g_autoptr (GPtrArray) nodes = NULL;

  if (paths == NULL)
    return FALSE;
  if (paths[0] == NULL && !tool->json)
    tool_say ("no bundles yet; 'vz install' creates one");
  nodes = describe_all ((const char *const *) paths);
  for (guint i = 0; i < nodes->len; i++)
    {
      const char *same = find_same (nodes, nodes->pdata[i]);

      if (same != NULL)
        json_object_set_string_member (json_node_get_object (nodes->pdata[i]), "same-machine-as",
                                       same);
      if (tool->json)
        tool_print_json (nodes->pdata[i]);
      else
        print_line (nodes->pdata[i]);
    }
  return TRUE;
}

const VzCommand vz_command_list = {
  .name = "list",
  .arguments = "",
  .flags = VZ_COMMAND_JSON,
  .run = run_list,
  .summary =
    "Lists your machines and their states: running, paused, saved, stopped, installing, in-use, "
    "damaged, missing",
  .details = "A machine is listed once a command has used it, wherever it is.",
  .examples = { { "vz list", "Lists all machines" },
                { "vz list --json", "Lists them in a form for programs" } },
};
