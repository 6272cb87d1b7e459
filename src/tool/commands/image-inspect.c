/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/image-argument.h"
#include "tool/image/inspection.h"
#include "tool/vz-tool.h"

static gboolean arg_all;

static const GOptionEntry options[] = {
  { "all", 0, 0, G_OPTION_ARG_NONE, &arg_all,
    "Include components for real Macs, not only for virtual machines", NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  const ImageArgument *argument;
  VzRestoreImage *image;
} Load;

static gboolean
load (gpointer data, GCancellable *cancellable, GError **error)
{
  Load *self = data;

  self->image = image_argument_open (self->argument, cancellable, error);
  return self->image != NULL;
}

static gboolean
run_inspect (VzTool *tool, GError **error)
{
  g_auto (ImageArgument) argument = { NULL, NULL };
  g_auto (Inspection) inspection = { NULL };
  Load work = { &argument, NULL };

  if (!image_argument_resolve (tool, tool->arguments[0], NULL, &argument, error) ||
      !tool_wait (tool, load, &work, NULL, error))
    return FALSE;
  inspection_init (&inspection, work.image, arg_all);
  if (tool->json)
    {
      g_autoptr (JsonNode) node = inspection_describe (&inspection);

      tool_print_json (node);
    }
  else
    inspection_print (&inspection);
  return TRUE;
}

const VzCommand vz_command_image_inspect = {
  .name = "image inspect",
  .arguments = "IMAGE",
  .min_arguments = 1,
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .options = options,
  .run = run_inspect,
  .summary =
    "Shows what a restore image contains and requires; fetches only that if it is on a server",
  .examples = { { "vz image inspect macos@15.5", "Shows an image from a catalog" },
                { "vz image inspect debian.ipsw --json",
                  "Describes a file in a form for programs" } },
};
