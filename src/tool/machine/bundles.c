/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/bundle-state.h"

#include <string.h>

#include "foundation/vz-fail.h"

/* A BUNDLE argument is a path if it contains a slash or exists, otherwise a name from `vz list`. */
char *
tool_bundle_path (const char *argument)
{
  g_auto (GStrv) paths = NULL;

  if (argument == NULL)
    return vz_bundle_dup_default_path ();
  if (strchr (argument, '/') != NULL || g_file_test (argument, G_FILE_TEST_EXISTS))
    return g_canonicalize_filename (argument, NULL);
  paths = vz_bundle_list_paths (NULL);
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      const char *path = paths[i];
      g_autofree char *name = g_path_get_basename (path);

      if (g_str_has_suffix (name, ".bundle"))
        name[strlen (name) - strlen (".bundle")] = '\0';
      if (g_str_equal (name, argument))
        return g_strdup (path);
    }
  return g_canonicalize_filename (argument, NULL);
}

/* How many letters differ, are missing or are superfluous. */
static guint
distance (const char *a, const char *b)
{
  gsize columns = strlen (b) + 1;
  g_autofree guint *row = g_new (guint, columns);

  for (gsize k = 0; k < columns; k++)
    row[k] = (guint) k;
  for (; *a != '\0'; a++)
    {
      guint diagonal = row[0]++;

      for (gsize k = 1; k < columns; k++)
        {
          guint other = diagonal + (*a != b[k - 1]);

          diagonal = row[k];
          row[k] = MIN (other, MIN (row[k], row[k - 1]) + 1);
        }
    }
  return row[columns - 1];
}

static gboolean
fail_unknown_name (const char *argument, GError **error)
{
  g_autoptr (GPtrArray) bundles = vz_bundle_list (NULL);
  g_autoptr (GString) near = g_string_new (NULL);

  for (guint i = 0; bundles != NULL && i < bundles->len; i++)
    {
      g_autofree char *name =
        g_path_get_basename (vz_bundle_get_path (g_ptr_array_index (bundles, i)));

      if (g_str_has_suffix (name, ".bundle"))
        name[strlen (name) - strlen (".bundle")] = '\0';
      if (g_str_has_prefix (name, argument) ||
          distance (name, argument) <= 1 + strlen (argument) / 4)
        g_string_append_printf (near, "%s'%s'", near->len > 0 ? ", " : "", name);
    }
  return vz_fail (error, VZ_ERROR_NOT_FOUND,
                  "'%s' is neither a name in 'vz list' nor a folder here%s%s%s", argument,
                  near->len > 0 ? "; did you mean " : "", near->str, near->len > 0 ? "?" : "");
}

VzBundle *
tool_find_bundle (const char *argument, GError **error)
{
  g_autofree char *path = tool_bundle_path (argument);
  gboolean is_name = argument != NULL && strchr (argument, '/') == NULL;

  if (is_name && !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      fail_unknown_name (argument, error);
      return NULL;
    }
  return vz_bundle_open (path, error);
}

VzBundle *
tool_look_at_bundle (VzTool *tool, guint index, GError **error)
{
  const char *argument = index < g_strv_length (tool->arguments) ? tool->arguments[index] : NULL;
  g_autofree char *path = tool_bundle_path (argument);

  VzBundle *bundle = vz_bundle_look (path, NULL);

  return bundle != NULL ? bundle : tool_find_bundle (argument, error);
}

VzBundle *
tool_open_bundle (VzTool *tool, guint index, GError **error)
{
  const char *argument = index < g_strv_length (tool->arguments) ? tool->arguments[index] : NULL;

  return tool_find_bundle (argument, error);
}

static void
add_string (JsonBuilder *builder, const char *key, const char *value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

/* The configuration with paths relative to the bundle, as in Configuration.json. */
static gboolean
add_configuration (JsonBuilder *builder, VzBundle *bundle, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (bundle, error);
  g_autofree char *text = NULL;
  JsonNode *node;

  if (configuration == NULL)
    return FALSE;
  text = vz_config_to_json (VZ_CONFIG (configuration), vz_bundle_get_directory (bundle));
  node = json_from_string (text, error);
  if (node == NULL)
    return FALSE;
  json_builder_set_member_name (builder, "configuration");
  json_builder_add_value (builder, node);
  return TRUE;
}

JsonNode *
tool_describe_bundle (VzBundle *bundle, gboolean with_configuration, GError **error)
{
  g_autoptr (VzHardwareModel) model = vz_bundle_load_hardware_model (bundle, error);
  g_autoptr (VzMachineIdentifier)
    identifier = model != NULL ? vz_bundle_load_machine_identifier (bundle, error) : NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL, *uuid = NULL, *board = NULL;
  g_auto (BundleState) state = { NULL };

  if (identifier == NULL)
    return NULL;
  text = vz_machine_identifier_to_string (identifier);
  uuid = vz_machine_identifier_dup_uuid (identifier);
  board = vz_hardware_model_describe (model);
  json_builder_begin_object (builder);
  add_string (builder, "bundle", vz_bundle_get_path (bundle));
  bundle_state_init (&state, bundle);
  add_string (builder, "state", state.name);
  if (state.reason != NULL)
    add_string (builder, "reason", state.reason);
  if (state.guest_memory_size != 0)
    {
      json_builder_set_member_name (builder, "guest-memory-size");
      json_builder_add_int_value (builder, (gint64) state.guest_memory_size);
    }
  if (state.guest_agent != NULL)
    add_string (builder, "guest-agent", state.guest_agent);
  add_string (builder, "machine-identifier", text);
  add_string (builder, "uuid", uuid);
  add_string (builder, "hardware-model", board);
  if (with_configuration && vz_bundle_get_takes_ignition (bundle))
    add_string (builder, "guest-settings", "ignition");
  if (with_configuration && !add_configuration (builder, bundle, error))
    return NULL;
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
