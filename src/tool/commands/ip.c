/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"

typedef struct {
  VzGuestAgent *agent;
  GBytes *output; /* owned */
} Ask;

static gboolean
ask (gpointer data, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "ip", "-o", "addr", "show", "scope", "global", NULL };
  Ask *self = data;
  int status = 0;

  if (!running_wait_agent (self->agent, cancellable, error) ||
      !vz_guest_agent_exec (self->agent, argv, NULL, &status, &self->output, NULL, cancellable,
                            error))
    return FALSE;
  return status == 0 ||
         vz_fail (error, VZ_ERROR_GUEST_AGENT, "'ip' in the guest ended with status %d", status);
}

/* "2: enp0s2    inet 10.0.2.15/24 ..." */
static guint
print_addresses (VzTool *tool, GBytes *output)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
  g_autoptr (GRegex) pattern =
    g_regex_new ("^\\d+: (\\S+)\\s+inet6? ([0-9a-f.:]+)/(\\d+)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint found = 0;

  for (g_regex_match (pattern, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *interface = g_match_info_fetch (match, 1),
                      *address = g_match_info_fetch (match, 2);
      g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "interface", interface);
      json_object_set_string_member (object, "address", address);
      json_node_take_object (node, object);
      if (tool->json)
        tool_print_json (node);
      else
        tool_print ("%s\n", address);
      found++;
    }
  return found;
}

static gboolean
run_ip (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  Ask self = { 0 };
  guint found = 0;

  if (!running_open_awake (&running, tool->arguments[0], error))
    return FALSE;
  self.agent = vz_virtual_machine_get_guest_agent (running.machine);
  if (!tool_wait (tool, ask, &self, NULL, error))
    return FALSE;
  if (self.output != NULL)
    found = print_addresses (tool, self.output);
  g_clear_pointer (&self.output, g_bytes_unref);
  return found > 0 || vz_fail (error, VZ_ERROR_NOT_FOUND, "the guest has no address yet");
}

const VzCommand vz_command_ip = {
  .name = "ip",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .run = run_ip,
  .summary = "Prints the guest's network addresses",
  .examples = { { "vz ip web.bundle", "Prints the guest's addresses" } },
};
