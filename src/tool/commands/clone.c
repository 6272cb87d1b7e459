/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"

static gboolean arg_same_identity, arg_new_identity;
static char *arg_name;

static const GOptionEntry options[] = {
  { "same-identity", 0, 0, G_OPTION_ARG_NONE, &arg_same_identity,
    "Keep machine identifier, addresses and keys; only one of the two can run at a time", NULL },
  { "new-identity", 0, 0, G_OPTION_ARG_NONE, &arg_new_identity,
    "Give the clone its own machine identifier (the default, except for a Mac's bundle)", NULL },
  { "name", 0, 0, G_OPTION_ARG_STRING, &arg_name, "Host name of the clone (from NEW-BUNDLE's name)",
    "NAME" },
  G_OPTION_ENTRY_NULL,
};

static gboolean
check_options (GError **error)
{
  if (arg_same_identity && arg_new_identity)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--new-identity and --same-identity exclude each other");
  if (arg_name == NULL)
    return TRUE;
  if (arg_same_identity)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--name and --same-identity exclude each other: the host name is kept");
  if (vz_guest_settings_check_host_name (arg_name, error))
    return TRUE;
  g_prefix_error (error, "--name: ");
  return FALSE;
}

/* Boot data that macOS keeps on its disk and in its auxiliary storage is signed for one
 * identifier. */
static gboolean
choose_identity (VzBundle *bundle, VzBundleCloneFlags *ret_flags, GError **error)
{
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (bundle, error);

  if (identifier == NULL)
    return FALSE;
  *ret_flags = arg_same_identity ? VZ_BUNDLE_CLONE_SAME_IDENTITY : VZ_BUNDLE_CLONE_NEW_IDENTITY;
  if (!VZ_IS_MAC_MACHINE_IDENTIFIER (identifier))
    return TRUE;
  if (arg_name != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--name is for guests that vz installed; a Mac is named in macOS");
  if (arg_new_identity)
    tool_say ("macOS may not start in the clone: a Mac's local policy is bound to the machine "
              "identifier, and the clone's is new");
  else if (!arg_same_identity)
    {
      *ret_flags = VZ_BUNDLE_CLONE_SAME_IDENTITY;
      tool_say ("the clone keeps the machine identifier, to which a Mac's local policy is bound, "
                "and must not run alongside the original; --new-identity gives it a new one");
    }
  return TRUE;
}

typedef struct {
  Running running;
  const char *destination;
  VzBundleCloneFlags flags;
  VzProgress *progress;
} Clone;

static gboolean
clone_bundle (gpointer data, GCancellable *cancellable, GError **error)
{
  Clone *self = data;

  if (self->running.machine != NULL)
    return vz_virtual_machine_clone_bundle (self->running.machine, self->running.bundle,
                                            self->destination, self->flags, self->progress,
                                            cancellable, error);
  return vz_bundle_clone (self->running.bundle, self->destination, self->flags, self->progress,
                          cancellable, error);
}

static gboolean
run_clone (VzTool *tool, GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autofree char *destination = g_canonicalize_filename (tool->arguments[1], NULL);
  g_auto (Running) running = { 0 };
  Clone self = { .destination = destination, .progress = progress };

  if (!check_options (error) || !running_open_if_running (&running, tool->arguments[0], error) ||
      !choose_identity (running.bundle, &self.flags, error))
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
  .name = "clone",
  .arguments = "BUNDLE NEW-BUNDLE",
  .min_arguments = 2,
  .max_arguments = 2,
  .flags = VZ_COMMAND_JSON,
  .options = options,
  .run = run_clone,
  .summary = "Clones a machine into a new bundle, sharing blocks if the file system can",
  .details = "The clone gets its own identity: machine identifier, addresses, host name and keys.",
  .examples = { { "vz clone web.bundle web2.bundle",
                  "Makes another machine, even while the first one runs" },
                { "vz clone web.bundle db.bundle --name db", "Gives it a host name" } },
};
