/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"

static gboolean arg_libvirt;

static const GOptionEntry options[] = {
  { "libvirt", 0, 0, G_OPTION_ARG_NONE, &arg_libvirt,
    "Also write FILE.xml, a description for 'virsh define' of libvirt", NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  VzBundle *bundle;
  const char *path;
  VzProgress *progress;
} Export;

static gboolean
export_bundle (gpointer data, GCancellable *cancellable, GError **error)
{
  Export *self = data;

  return vz_bundle_export (self->bundle, self->path, arg_libvirt, self->progress, cancellable,
                           error);
}

static gboolean
run_export (VzTool *tool, GError **error)
{
  gboolean has_bundle = tool->arguments[1] != NULL;
  g_autofree char *path = g_canonicalize_filename (tool->arguments[has_bundle ? 1 : 0], NULL);
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_auto (Running) running = { 0 };
  Export self = { .path = path, .progress = progress };

  if (!running_open_if_running (&running, has_bundle ? tool->arguments[0] : NULL, error))
    return FALSE;
  self.bundle = running.bundle;
  tool_hold_signals (tool);
  if (!tool_wait (tool, export_bundle, &self, progress, error))
    return FALSE;
  if (!tool->json)
    tool_print ("%s\n", path);
  tool_print_result (tool, "export", path);
  return TRUE;
}

const VzCommand vz_command_export = {
  .name = "export",
  .arguments = "[BUNDLE] FILE",
  .min_arguments = 1,
  .max_arguments = 2,
  .flags = VZ_COMMAND_JSON,
  .options = options,
  .run = run_export,
  .summary = "Writes a machine's disk for another program: FILE.qcow2, .raw, .vmdk or .ova",
  .details = "FILE's extension selects the format: .qcow2, .raw, .img, .vmdk or .ova. The machine "
             "must be stopped. FILE appears once it is complete.",
  .examples = { { "vz export web.bundle web.qcow2", "Writes the machine's disk for QEMU" },
                { "vz export --libvirt web.bundle web.qcow2",
                  "Writes web.qcow2.xml too, for 'virsh define'" } },
};
