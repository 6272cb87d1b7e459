/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include <sys/stat.h>

#include "foundation/vz-fail.h"

static gboolean arg_disk_only;

static const GOptionEntry options[] = {
  { "disk-only", 0, 0, G_OPTION_ARG_NONE, &arg_disk_only,
    "In a running machine, leave the guest's partition and file system alone", NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  Running *running;
  guint64 size;
  gboolean partition_grown;
} Resize;

/* "+20G" means that much more. */
static gboolean
parse_size (const char *text, VzBundle *bundle, guint64 *ret_size, GError **error)
{
  gboolean is_more = text[0] == '+';
  g_autofree char *path = vz_bundle_dup_disk_image_path (bundle);
  struct stat st;

  if (!vz_size_parse (text + is_more, ret_size, NULL) || *ret_size == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "SIZE: '%s' found, must be a size such as 200G, or +20G to add (K, M, G, T are "
                    "powers of 1024)",
                    text);
  if (is_more && stat (path, &st) != 0)
    return vz_fail_errno (error, "cannot access '%s'", path);
  return !is_more || g_uint64_checked_add (ret_size, *ret_size, (guint64) st.st_size) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "SIZE: '%s' found, which is larger than any disk can be", text);
}

/* Whether the guest can do its part is checked before the disk grows, which cannot be undone. */
static gboolean
resize_running (Resize *self, GCancellable *cancellable, GError **error)
{
  VzVirtualMachine *machine = self->running->machine;

  if (!arg_disk_only && !running_check_awake (self->running, cancellable, error))
    return FALSE;
  if (!arg_disk_only &&
      !running_wait_agent (vz_virtual_machine_get_guest_agent (machine), cancellable, error))
    return vz_fail_prefix (
      error, "the guest must answer to grow its file system (not with --disk-only): ");
  return vz_virtual_machine_grow_disk_image (machine, self->running->bundle, self->size,
                                             cancellable, error) &&
         (arg_disk_only ||
          vz_virtual_machine_grow_file_system (machine, self->size, cancellable, error));
}

static gboolean
resize (gpointer data, GCancellable *cancellable, GError **error)
{
  Resize *self = data;

  if (self->running->machine != NULL)
    return resize_running (self, cancellable, error);
  return vz_bundle_grow_disk_image (self->running->bundle, self->size, &self->partition_grown,
                                    error);
}

static const char *
describe (const Resize *self)
{
  if (self->running->machine != NULL)
    return arg_disk_only ? "the guest sees the larger disk"
                         : "the guest's root file system has grown too";
  return self->partition_grown
           ? "its last partition has grown too, and the file system will grow when the guest boots"
           : "its contents are unchanged";
}

static gboolean
run_resize (VzTool *tool, GError **error)
{
  gboolean has_bundle = tool->arguments[1] != NULL;
  g_auto (Running) running = { 0 };
  g_autofree char *text = NULL, *path = NULL;
  Resize self = { .running = &running };

  if (!running_open_if_running (&running, has_bundle ? tool->arguments[0] : NULL, error) ||
      !parse_size (tool->arguments[has_bundle ? 1 : 0], running.bundle, &self.size, error))
    return FALSE;
  path = vz_bundle_dup_disk_image_path (running.bundle);
  if (!vz_check_destination (path, FALSE, 0, self.size, self.size, error) ||
      !tool_wait (tool, resize, &self, NULL, error))
    return FALSE;
  text = vz_size_format (self.size);
  tool_print ("%s: the disk has %s; %s\n", vz_bundle_get_path (running.bundle), text,
              describe (&self));
  return TRUE;
}

const VzCommand vz_command_resize = {
  .name = "resize",
  .arguments = "[BUNDLE] SIZE",
  .min_arguments = 1,
  .max_arguments = 2,
  .options = options,
  .run = run_resize,
  .summary = "Grows a machine's disk and the guest's file system, even while it runs",
  .details = "Disks can only grow. SIZE is the new size or, with a +, how much to add.",
  .examples = { { "vz resize +20G", "Adds 20 GB to the disk and to the guest's file system" },
                { "vz resize web.bundle 64G --disk-only",
                  "Grows the disk and leaves the guest alone" } },
};
