/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

typedef struct {
  char *place;
  char *destination;
  VzProgress *progress;
  GStrv left_out;
} Import;

static void
import_clear (Import *self)
{
  g_free (self->place);
  g_free (self->destination);
  g_clear_object (&self->progress);
  g_strfreev (self->left_out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

static gboolean
import_machine (gpointer data, GCancellable *cancellable, GError **error)
{
  Import *self = data;

  self->left_out =
    vz_import_machine (self->place, self->destination, self->progress, cancellable, error);
  return self->left_out != NULL;
}

static void
print_json (Import *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, "result");
  json_builder_set_member_name (builder, "bundle");
  json_builder_add_string_value (builder, self->destination);
  json_builder_set_member_name (builder, "left-out");
  json_builder_begin_array (builder);
  for (char **line = self->left_out; *line != NULL; line++)
    json_builder_add_string_value (builder, *line);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

/* Whether its identity came with it. */
static gboolean
is_mac (const char *path)
{
  g_autoptr (VzBundle) bundle = vz_bundle_open (path, NULL);
  g_autoptr (VzHardwareModel) model = bundle != NULL ? vz_bundle_load_hardware_model (bundle, NULL)
                                                     : NULL;

  return VZ_IS_MAC_HARDWARE_MODEL (model);
}

static gboolean
run_import (VzTool *tool, GError **error)
{
  g_auto (Import) self = { .progress = vz_progress_new (0) };

  self.place = g_canonicalize_filename (tool->arguments[0], NULL);
  self.destination = tool->arguments[1] != NULL ? g_canonicalize_filename (tool->arguments[1], NULL)
                                                : tool_bundle_path (NULL);
  tool_hold_signals (tool);
  if (!tool_wait (tool, import_machine, &self, self.progress, error))
    return FALSE;
  if (tool->json)
    {
      print_json (&self);
      return TRUE;
    }
  for (char **line = self.left_out; *line != NULL; line++)
    tool_say ("left out: %s", *line);
  if (is_mac (self.destination))
    tool_say ("the bundle has the original's machine identifier, and must not run alongside it");
  tool_print ("%s\n", self.destination);
  return TRUE;
}

const VzCommand vz_command_import = {
  .name = "import",
  .arguments = "PLACE [BUNDLE]",
  .min_arguments = 1,
  .max_arguments = 2,
  .flags = VZ_COMMAND_JSON,
  .run = run_import,
  .summary = "Makes a bundle from another program's machine",
  .details =
    "PLACE is the folder of a lima, tart, UTM, VirtualBuddy or macosvm machine, quickemu's "
    "NAME.conf, or a libvirt domain in XML. A Mac keeps its identity byte for byte, since macOS is "
    "bound to it. The original is only read. Anything that has no counterpart is listed.",
  .examples = { { "vz import ~/.lima/default lima.bundle", "Makes a bundle from a lima instance" },
                { "virsh dumpxml web > web.xml && vz import web.xml web.bundle",
                  "Makes one from a libvirt domain" },
                { "vz import ~/.tart/vms/sonoma mac.bundle", "Makes one from a tart Mac" } },
};
