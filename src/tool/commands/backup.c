/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include <stdio.h>

typedef struct {
  Running *running;
  const char *path;
  VzProgress *progress;
} Backup;

static gboolean
back_up (gpointer data, GCancellable *cancellable, GError **error)
{
  Backup *self = data;

  if (self->running->machine != NULL)
    return vz_virtual_machine_back_up_bundle (self->running->machine, self->running->bundle,
                                              self->path, self->progress, cancellable, error);
  return vz_bundle_back_up (self->running->bundle, self->path, self->progress, cancellable, error);
}

static void
say_what_is_outside (VzBundle *bundle, GPtrArray *devices)
{
  for (guint i = 0; i < devices->len; i++)
    {
      VzDiskImageStorageDeviceAttachment *disk =
        vz_storage_device_configuration_get_disk_image (devices->pdata[i]);
      VzStorageDeviceAttachment *attachment =
        vz_storage_device_configuration_get_attachment (devices->pdata[i]);
      g_autofree char *directory = NULL;
      const char *path;

      if (VZ_IS_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment))
        tool_say ("'%s' is on a server and is not backed up",
                  vz_network_block_device_storage_device_attachment_get_url (
                    VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment)));
      if (VZ_IS_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment))
        tool_say ("'%s' is a device of this host and is not backed up",
                  vz_disk_block_device_storage_device_attachment_get_path (
                    VZ_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment)));
      if (disk == NULL)
        continue;
      path = vz_disk_image_storage_device_attachment_get_path (disk);
      directory = path != NULL ? g_path_get_dirname (path) : NULL;
      if (directory != NULL && !g_str_equal (directory, vz_bundle_get_directory (bundle)))
        tool_say ("'%s' is outside the bundle and is not backed up", path);
    }
}

/* Users who rely on a backup must know what is not in it. */
static void
say_what_is_missing (VzBundle *bundle)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (bundle, NULL);
  GPtrArray *controllers;

  if (configuration == NULL)
    return;
  say_what_is_outside (bundle,
                       vz_virtual_machine_configuration_get_storage_devices (configuration));
  controllers = vz_virtual_machine_configuration_get_usb_controllers (configuration);
  for (guint i = 0; i < controllers->len; i++)
    say_what_is_outside (bundle,
                         vz_usb_controller_configuration_get_usb_devices (controllers->pdata[i]));
}

static gboolean
run_backup (VzTool *tool, GError **error)
{
  gboolean has_bundle = tool->arguments[1] != NULL;
  g_autofree char *path = g_canonicalize_filename (tool->arguments[has_bundle ? 1 : 0], NULL);
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_auto (Running) running = { 0 };
  Backup self = { &running, path, progress };

  if (!running_open_if_running (&running, has_bundle ? tool->arguments[0] : NULL, error))
    return FALSE;
  tool_hold_signals (tool);
  if (!tool_wait (tool, back_up, &self, progress, error))
    return FALSE;
  say_what_is_missing (running.bundle);
  if (!tool->json)
    tool_print ("%s\n", path);
  tool_print_result (tool, "backup", path);
  return TRUE;
}

const VzCommand vz_command_backup = {
  .name = "backup",
  .arguments = "[BUNDLE] FILE",
  .min_arguments = 1,
  .max_arguments = 2,
  .flags = VZ_COMMAND_JSON,
  .run = run_backup,
  .summary = "Backs up a machine to one file, even while it runs; 'vz restore-backup' restores it",
  .details = "The backup of a running machine captures a single moment, for which the agent "
             "freezes the guest's file systems.",
  .examples = { { "vz backup vm.backup", "Backs up ~/VM.bundle" },
                { "vz backup web.bundle /srv/web.backup", "Backs up another machine" } },
};
