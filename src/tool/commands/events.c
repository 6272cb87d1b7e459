/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include "vz-enum-types.h"

#define AGENT_LOOK_MS 2000

typedef struct {
  VzTool *tool;
  VzVirtualMachine *machine;
} Events;

/* One line per event; missing values are omitted. */
static void
tell (Events *self, const char *event, const char *key, const char *value)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  g_autoptr (JsonNode) node = NULL;

  if (!self->tool->json)
    tool_print ("%s %s%s%s\n", time, event, value != NULL ? ": " : "", value != NULL ? value : "");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, event);
  json_builder_set_member_name (builder, "time");
  json_builder_add_string_value (builder, time);
  if (value != NULL)
    {
      json_builder_set_member_name (builder, key);
      json_builder_add_string_value (builder, value);
    }
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  if (self->tool->json)
    tool_print_json (node);
  if (tool_output_is_gone ())
    g_cancellable_cancel (self->tool->cancellable); /* the output has no reader any more */
}

static void
on_state (VzVirtualMachine *machine, GParamSpec *pspec, gpointer data)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (VZ_TYPE_VIRTUAL_MACHINE_STATE);
  GEnumValue *value = g_enum_get_value (states, (gint) vz_virtual_machine_get_state (machine));

  tell (data, "state", "state", value->value_nick);
}

static void
on_stopped (VzVirtualMachine *machine, gpointer data)
{
  tell (data, "guest-did-stop", NULL, NULL);
}

static void
on_stopped_with_error (VzVirtualMachine *machine, GError *error, gpointer data)
{
  tell (data, "did-stop-with-error", "message", error->message);
}

static void
on_paused_with_error (VzVirtualMachine *machine, GError *error, gpointer data)
{
  tell (data, "did-pause-with-error", "message", error->message);
}

static void
on_disconnected (VzVirtualMachine *machine, GObject *device, GError *error, gpointer data)
{
  tell (data, "network-device-attachment-was-disconnected", "message", error->message);
}

static gboolean
tell_agent_is_up (gpointer data)
{
  tell (data, "agent", "state", "up");
  return G_SOURCE_REMOVE;
}

/* Polls for the agent until it appears; the end of the machine ends both waits. */
static gboolean
follow (gpointer data, GCancellable *cancellable, GError **error)
{
  Events *self = data;
  VzGuestAgent *agent = vz_virtual_machine_get_guest_agent (self->machine);
  g_autoptr (GError) cause = NULL;

  while (vz_virtual_machine_get_state (self->machine) != VZ_VIRTUAL_MACHINE_STATE_STOPPED &&
         vz_virtual_machine_get_state (self->machine) != VZ_VIRTUAL_MACHINE_STATE_ERROR &&
         !g_cancellable_is_cancelled (cancellable))
    if (vz_guest_agent_wait (agent, AGENT_LOOK_MS, cancellable, NULL))
      {
        g_idle_add (tell_agent_is_up, self);
        break;
      }
  if (!vz_virtual_machine_wait_stopped (self->machine, cancellable, &cause))
    g_debug ("the machine ended: %s", cause->message); /* its signal has reported that */
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
run_events (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  Events self = { .tool = tool };

  if (!running_open (&running, tool->arguments[0], error))
    return FALSE;
  self.machine = running.machine;
  g_signal_connect (running.machine, "notify::state", G_CALLBACK (on_state), &self);
  g_signal_connect (running.machine, "guest-did-stop", G_CALLBACK (on_stopped), &self);
  g_signal_connect (running.machine, "did-stop-with-error", G_CALLBACK (on_stopped_with_error),
                    &self);
  g_signal_connect (running.machine, "did-pause-with-error", G_CALLBACK (on_paused_with_error),
                    &self);
  g_signal_connect (running.machine, "network-device-attachment-was-disconnected",
                    G_CALLBACK (on_disconnected), &self);
  on_state (running.machine, NULL, &self);
  return tool_wait (tool, follow, &self, NULL, error);
}

const VzCommand vz_command_events = {
  .name = "events",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .run = run_events,
  .summary = "Prints the events of a machine, one per line, until it stops",
  .examples = { { "vz events --json", "Follows a machine, in a form for programs" } },
};
