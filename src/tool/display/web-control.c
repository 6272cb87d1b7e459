/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/web-control.h"

#include <json-glib/json-glib.h>

#include "foundation/vz-fail.h"
#include "tool/display/web-clipboard.h"
#include "tool/display/web-message.h"
#include "tool/display/web-text-size.h"

/* How this works
 *
 * Every page gets every state, and sees the others' actions. An action runs in a thread, and no
 * other begins until it is done, except that a machine can always be switched off. The guest counts
 * as up once its agent has answered; a thread waits for that, because it is the only sign common to
 * all booting guests. */

#define ORDER_MAX 4096 /* bytes */

struct _WebControl {
  VzVirtualMachine *machine;
  char *title;
  WebAct act;
  gpointer data;
  GPtrArray *websockets;
  WebTextSize *text_size;
  GCancellable *cancellable; /* for actions and the wait for the agent */
  char *action; /* in progress, or NULL */
  gboolean is_waiting; /* for the agent */
  gboolean is_up;
  gint64
    booting_since; /* monotonic time in microseconds; 0: not booting, or the start was missed */
  gboolean was_off; /* the last decisive state was that of a machine that is off */
  guint n_threads;
};

typedef struct {
  WebControl *control;
  char *action; /* NULL: the wait for the agent */
  VzProgress *progress;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->progress);
  g_free (job->action);
  g_free (job);
}

/* Why the machine cannot be saved; NULL: it can, as far as its configuration tells. */
static char *
dup_save_refusal (WebControl *self)
{
  VzVirtualMachineConfiguration *configuration =
    vz_virtual_machine_get_configuration (self->machine);
  g_autoptr (GError) error = NULL;

  if (vz_virtual_machine_get_ephemeral (self->machine))
    return g_strdup ("everything its guest writes is discarded when it ends");
  if (vz_virtual_machine_configuration_validate_save_restore_support (configuration, &error))
    return NULL;
  return g_strdup (error->message);
}

static char *
describe_state (WebControl *self)
{
  static const char *const permissions[] = { "can-pause", "can-resume", "can-stop",
                                             "can-request-stop" };
  g_autoptr (JsonBuilder) builder = web_message_begin ("state");
  g_autoptr (GEnumClass) states = g_type_class_ref (VZ_TYPE_VIRTUAL_MACHINE_STATE);
  GEnumValue *state =
    g_enum_get_value (states, (gint) vz_virtual_machine_get_state (self->machine));
  g_autofree char *save_refusal = dup_save_refusal (self);

  web_message_add_string (builder, "title", self->title);
  web_message_add_string (builder, "state", state != NULL ? state->value_nick : NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (permissions); i++)
    {
      gboolean value;

      g_object_get (self->machine, permissions[i], &value, NULL);
      web_message_add_boolean (builder, permissions[i], value);
    }
  web_message_add_boolean (builder, "is-up", self->is_up);
  if (self->booting_since != 0 && !self->is_up)
    {
      json_builder_set_member_name (builder, "booting-seconds");
      json_builder_add_int_value (builder,
                                  (g_get_monotonic_time () - self->booting_since) / G_USEC_PER_SEC);
    }
  web_message_add_string (builder, "action", self->action);
  web_message_add_string (builder, "save-refusal", save_refusal);
  return web_message_end (builder);
}

static void
send_to_all (WebControl *self, const char *text)
{
  for (guint i = 0; i < self->websockets->len; i++)
    web_message_send (self->websockets->pdata[i], text);
}

static void
tell_state (WebControl *self)
{
  g_autofree char *text = describe_state (self);

  send_to_all (self, text);
}

static void
run_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  WebControl *self = job->control;
  VzGuestAgent *agent = vz_virtual_machine_get_guest_agent (self->machine);
  GError *error = NULL;
  gboolean ok;

  if (job->action != NULL)
    ok = self->act (job->action, self->data, job->progress, cancellable, &error);
  else
    ok = agent != NULL && vz_guest_agent_wait (agent, -1, cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, ok);
}

static void
on_job_done (GObject *source, GAsyncResult *result, gpointer data)
{
  WebControl *self = data;
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  self->n_threads--;
  g_signal_handlers_disconnect_by_data (job->progress, self);
  if (job->action == NULL)
    {
      self->is_waiting = FALSE;
      self->is_up = ok;
    }
  else
    {
      if (g_strcmp0 (job->action, self->action) == 0)
        g_clear_pointer (&self->action, g_free);
      if (error != NULL && !vz_error_is_cancelled (error))
        {
          g_autofree char *text = web_message_new_error (error);

          send_to_all (self, text);
        }
    }
  tell_state (self);
}

static void
on_progress (VzProgress *progress, GParamSpec *pspec, WebControl *self)
{
  g_autoptr (JsonBuilder) builder = web_message_begin ("progress");
  g_autofree char *phase = vz_progress_dup_phase (progress);
  g_autofree char *text = NULL;

  web_message_add_string (builder, "phase", phase);
  json_builder_set_member_name (builder, "fraction-completed");
  json_builder_add_double_value (builder, vz_progress_get_fraction_completed (progress));
  text = web_message_end (builder);
  send_to_all (self, text);
}

static void
start_job (WebControl *self, const char *action)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_job_done, self);
  Job *job = g_new0 (Job, 1);

  job->control = self;
  job->action = g_strdup (action);
  job->progress = vz_progress_new (0);
  g_signal_connect (job->progress, "notify::fraction-completed", G_CALLBACK (on_progress), self);
  g_task_set_task_data (task, job, job_free);
  g_task_set_check_cancellable (task, FALSE);
  self->n_threads++;
  g_task_run_in_thread (task, run_job);
}

/* A machine boots if it was off and now runs, unless it was restored from a saved state. */
static void
watch_boot (WebControl *self, VzVirtualMachineState state)
{
  switch (state)
    {
    case VZ_VIRTUAL_MACHINE_STATE_STOPPED:
    case VZ_VIRTUAL_MACHINE_STATE_ERROR:
    case VZ_VIRTUAL_MACHINE_STATE_STARTING:
      self->was_off = TRUE;
      self->booting_since = 0;
      break;
    case VZ_VIRTUAL_MACHINE_STATE_RESTORING:
      self->was_off = FALSE;
      break;
    case VZ_VIRTUAL_MACHINE_STATE_RUNNING:
      if (self->was_off)
        self->booting_since = g_get_monotonic_time ();
      self->was_off = FALSE;
      break;
    default:
      break;
    }
}

static void
wait_until_up (WebControl *self)
{
  VzVirtualMachineState state = vz_virtual_machine_get_state (self->machine);

  watch_boot (self, state);
  if (state == VZ_VIRTUAL_MACHINE_STATE_STOPPED || state == VZ_VIRTUAL_MACHINE_STATE_ERROR)
    self->is_up = FALSE;
  if (state != VZ_VIRTUAL_MACHINE_STATE_RUNNING || self->is_up || self->is_waiting)
    return;
  self->is_waiting = TRUE;
  start_job (self, NULL);
}

static void
on_state (VzVirtualMachine *machine, GParamSpec *pspec, WebControl *self)
{
  wait_until_up (self);
  tell_state (self);
}

static JsonObject *
parse_order (GBytes *message)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize size;
  const char *text = g_bytes_get_data (message, &size);
  JsonNode *root;

  if (size > ORDER_MAX || !json_parser_load_from_data (parser, text, (gssize) size, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

static char *
dup_action (JsonObject *order)
{
  JsonNode *action = order != NULL ? json_object_get_member (order, "action") : NULL;

  return action != NULL && json_node_get_value_type (action) == G_TYPE_STRING
           ? json_node_dup_string (action)
           : NULL;
}

static guint
get_number (JsonObject *order, const char *name)
{
  JsonNode *node = json_object_get_member (order, name);
  gint64 value =
    node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;

  return value > 0 && value <= G_MAXUINT16 ? (guint) value : 0;
}

static void
on_message (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *message,
            WebControl *self)
{
  g_autoptr (JsonObject) order = parse_order (message);
  g_autofree char *action = dup_action (order);
  g_autoptr (GError) error = NULL;

  if (action == NULL)
    vz_fail (&error, VZ_ERROR_INVALID_ARGUMENT, "unknown command");
  else if (g_str_equal (action, "clipboard"))
    web_clipboard_answer (self->machine, websocket);
  else if (g_str_equal (action, "screen-size"))
    web_text_size_set (self->text_size, get_number (order, "width"), get_number (order, "height"));
  else if (g_str_equal (action, "switch-off"))
    start_job (self, action);
  else if (self->action != NULL)
    vz_fail (&error, VZ_ERROR_BUSY, "'%s' must wait: '%s' is in progress", action, self->action);
  else
    {
      self->action = g_steal_pointer (&action);
      start_job (self, self->action);
      tell_state (self);
    }
  if (error != NULL)
    {
      g_autofree char *text = web_message_new_error (error);

      web_message_send (websocket, text);
    }
}

static void
on_closed (SoupWebsocketConnection *websocket, WebControl *self)
{
  g_signal_handlers_disconnect_by_data (websocket, self);
  g_ptr_array_remove (self->websockets, websocket);
}

void
web_control_add (WebControl *self, SoupWebsocketConnection *websocket)
{
  g_autofree char *text = describe_state (self);

  g_ptr_array_add (self->websockets, g_object_ref (websocket));
  g_signal_connect (websocket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (websocket, "closed", G_CALLBACK (on_closed), self);
  web_message_send (websocket, text);
}

WebControl *
web_control_new (VzVirtualMachine *machine, const char *title, WebAct act, gpointer data)
{
  WebControl *self = g_new0 (WebControl, 1);

  self->machine = g_object_ref (machine);
  self->title = g_strdup (title);
  self->act = act;
  self->data = data;
  self->websockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->text_size = web_text_size_new (machine);
  self->cancellable = g_cancellable_new ();
  g_signal_connect (machine, "notify::state", G_CALLBACK (on_state), self);
  wait_until_up (self);
  return self;
}

void
web_control_free (WebControl *self)
{
  g_signal_handlers_disconnect_by_data (self->machine, self);
  for (guint i = 0; i < self->websockets->len; i++)
    {
      SoupWebsocketConnection *websocket = self->websockets->pdata[i];

      g_signal_handlers_disconnect_by_data (websocket, self);
      if (soup_websocket_connection_get_state (websocket) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (websocket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    }
  g_cancellable_cancel (self->cancellable);
  web_text_size_free (self->text_size);
  g_ptr_array_set_size (self->websockets, 0);
  while (self->n_threads > 0) /* they use what is freed below */
    g_main_context_iteration (NULL, TRUE);
  g_ptr_array_unref (self->websockets);
  g_object_unref (self->cancellable);
  g_object_unref (self->machine);
  g_free (self->action);
  g_free (self->title);
  g_free (self);
}
