/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"

static char *arg_text;

static const GOptionEntry options[] = {
  { "text", 0, 0, G_OPTION_ARG_STRING, &arg_text, "Type this first, as on a US keyboard", "TEXT" },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  VzVirtualMachine *machine;
  char *keys; /* owned */
} SendKeys;

static gboolean
send_keys (gpointer data, GCancellable *cancellable, GError **error)
{
  SendKeys *self = data;

  return (arg_text == NULL ||
          vz_virtual_machine_type_text (self->machine, arg_text, cancellable, error)) &&
         vz_virtual_machine_press_keys (self->machine, self->keys, cancellable, error);
}

/* The first argument is a bundle if one has that name, otherwise a key. */
static gboolean
is_bundle (const char *argument)
{
  g_autofree char *path = tool_bundle_path (argument);
  g_autoptr (VzBundle) bundle = vz_bundle_open (path, NULL);

  return bundle != NULL;
}

static gboolean
run_send_keys (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  SendKeys self = { 0 };
  guint first = tool->arguments[0] != NULL && is_bundle (tool->arguments[0]) ? 1 : 0;
  gboolean done;

  if (arg_text == NULL && tool->arguments[first] == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "no keys given; usage: vz send-keys [BUNDLE] [--text TEXT] KEY...");
  if (!running_open_awake (&running, first == 1 ? tool->arguments[0] : NULL, error))
    return FALSE;
  self.machine = running.machine;
  self.keys = g_strjoinv (" ", tool->arguments + first);
  done = tool_wait (tool, send_keys, &self, NULL, error);
  g_free (self.keys);
  return done;
}

const VzCommand vz_command_send_keys = {
  .name = "send-keys",
  .arguments = "[BUNDLE] KEY...",
  .max_arguments = 64,
  .options = options,
  .run = run_send_keys,
  .summary = "Presses keys on the machine's keyboard, such as Enter or Ctrl-Alt-F2",
  .details =
    "Keys joined by - are pressed together; separate arguments are pressed one after the other.",
  .examples = { { "vz send-keys Ctrl-Alt-F2", "Switches to the second text console" },
                { "vz send-keys --text root Enter", "Types a word and presses Enter" } },
};
