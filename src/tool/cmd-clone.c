/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/running.h"

#include "foundation/vz-fail.h"

static gboolean arg_same_identity;
static char *arg_name;

static const GOptionEntry options[] = {
  { "same-identity", 0, 0, G_OPTION_ARG_NONE, &arg_same_identity,
    "Keep machine identifier, addresses and keys; only one of the two can run at a time", NULL },
  { "name", 0, 0, G_OPTION_ARG_STRING, &arg_name, "Host name of the clone (made of NEW-BUNDLE's name)", "NAME" },
  G_OPTION_ENTRY_NULL,
};

static gboolean
check_options (GError **error)
{
  if (arg_name == NULL)
    return TRUE;
  if (arg_same_identity)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--name does not go with --same-identity, which keeps the host name");
  if (vz_guest_settings_check_host_name (arg_name, error))
    return TRUE;
  g_prefix_error (error, "--name: ");
  return FALSE;
}

typedef struct {
  Running running;
  const char *destination;
  VzProgress *progress;
} Clone;

static gboolean
clone_bundle (gpointer data, GCancellable *cancellable, GError **error)
{
  Clone *self = data;
  VzBundleCloneFlags flags = arg_same_identity ? VZ_BUNDLE_CLONE_SAME_IDENTITY : VZ_BUNDLE_CLONE_NEW_IDENTITY;

  if (self->running.machine != NULL)
    return vz_virtual_machine_clone_bundle (self->running.machine, self->running.bundle, self->destination, flags,
                                            self->progress, cancellable, error);
  return vz_bundle_clone (self->running.bundle, self->destination, flags, self->progress, cancellable, error);
}

static gboolean
run_clone (VzTool *tool, GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autofree char *destination = g_canonicalize_filename (tool->arguments[1], NULL);
  g_auto (Running) running = { 0 };
  Clone self = { .destination = destination, .progress = progress };

  if (!check_options (error) || !running_open_if_running (&running, tool->arguments[0], error))
    return FALSE;
  vz_bundle_set_clone_host_name (running.bundle, arg_name);
  self.running = running;
  tool_hold_signals (tool);
  if (!tool_wait (tool, clone_bundle, &self, progress, error))
    return FALSE;
  if (!tool->json)
    tool_print ("%s\n", destination);
  tool_print_result (tool, "bundle", destination);
  return TRUE;
}

const VzCommand vz_command_clone = {
  "clone", "BUNDLE NEW-BUNDLE", 2, 2, VZ_COMMAND_JSON, options, run_clone,
  "Makes another machine from a bundle, sharing blocks where the file system can",
};
