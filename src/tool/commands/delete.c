/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <stdio.h>
#include <unistd.h>

#include "foundation/vz-fail.h"
#include "foundation/vz-text.h"

static gboolean arg_force;

static const GOptionEntry options[] = {
  { "force", 0, 0, G_OPTION_ARG_NONE, &arg_force, "Do not ask", NULL },
  G_OPTION_ENTRY_NULL,
};

/* Only a user at a terminal can be asked; a script must say --force. */
static gboolean
confirm (const char *path, GError **error)
{
  char answer[8] = "";
  g_autofree char *shown = NULL;

  if (!isatty (STDIN_FILENO))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s' is not deleted: there is no terminal to ask on; use --force", path);
  shown = vz_text_dup_line (path);
  fprintf (stderr, "Delete '%s' and everything in it? [y/N] ", shown);
  if (fgets (answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
    return TRUE;
  return vz_fail (error, VZ_ERROR_OPERATION_CANCELLED, "nothing was deleted");
}

static gboolean
run_delete (VzTool *tool, GError **error)
{
  g_autofree char *path = tool_bundle_path (tool->arguments[0]);
  g_autoptr (GError) cause = NULL;
  g_autoptr (VzBundle) bundle = vz_bundle_look (path, &cause);

  if (bundle == NULL && g_error_matches (cause, VZ_ERROR, VZ_ERROR_NOT_FOUND) &&
      vz_bundle_forget (path, NULL))
    {
      tool_say ("'%s' does not exist, and is no longer listed", path);
      return TRUE;
    }
  if (bundle == NULL)
    bundle = tool_open_bundle (tool, 0, error); /* reports what was named */
  return bundle != NULL && (arg_force || confirm (vz_bundle_get_path (bundle), error)) &&
         vz_bundle_delete (bundle, error);
}

const VzCommand vz_command_delete = {
  .name = "delete",
  .arguments = "BUNDLE",
  .min_arguments = 1,
  .max_arguments = 1,
  .options = options,
  .run = run_delete,
  .summary = "Deletes the bundle of a stopped machine",
  .examples = { { "vz delete old.bundle", "Deletes a bundle, after asking" },
                { "vz delete old.bundle --force", "Deletes it without asking" } },
};
