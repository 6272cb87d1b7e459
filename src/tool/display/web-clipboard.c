/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/web-clipboard.h"

#include "tool/display/web-message.h"

/* The texts themselves go through the screen's socket. A machine's configuration does not tell
 * whether they do: the clipboard may be shared for one run only, and a guest's agent may start
 * late. */

static void
query (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  VzClipboardState state;
  GError *error = NULL;

  if (vz_virtual_machine_query_clipboard (VZ_VIRTUAL_MACHINE (source), &state, cancellable, &error))
    g_task_return_int (task, state);
  else
    g_task_return_error (task, error);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SoupWebsocketConnection) websocket = data;
  g_autoptr (GError) error = NULL;
  gssize state = g_task_propagate_int (G_TASK (result), &error);
  g_autofree char *text = NULL;

  if (error == NULL)
    {
      g_autoptr (GEnumClass) states = g_type_class_ref (VZ_TYPE_CLIPBOARD_STATE);
      g_autoptr (JsonBuilder) builder = web_message_begin ("clipboard");

      web_message_add_string (builder, "state",
                              g_enum_get_value (states, (gint) state)->value_nick);
      text = web_message_end (builder);
    }
  else
    text = web_message_new_error (error);
  web_message_send (websocket, text);
}

void
web_clipboard_answer (VzVirtualMachine *machine, SoupWebsocketConnection *websocket)
{
  g_autoptr (GTask) task = g_task_new (machine, NULL, on_answer, g_object_ref (websocket));

  g_task_run_in_thread (task, query);
}
