/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/share.h"

#include <string.h>

#include "foundation/vz-fail.h"

/* A folder's name may contain a colon: if the whole text is a folder, it has no tag. */
static char *
cut_tag (char *text)
{
  char *colon = strrchr (text, ':');

  if (colon == NULL || g_file_test (text, G_FILE_TEST_IS_DIR))
    return NULL;
  *colon = '\0';
  return colon + 1;
}

static gboolean
is_taken (GPtrArray *devices, const char *tag)
{
  for (guint i = 0; i < devices->len; i++)
    if (g_strcmp0 (vz_virtio_file_system_device_configuration_get_tag (devices->pdata[i]), tag) ==
        0)
      return TRUE;
  return FALSE;
}

/* One that is valid and unique: "work", then "work-2". */
static char *
make_tag (const char *path, GPtrArray *devices)
{
  g_autofree char *base = vz_virtio_file_system_device_configuration_derive_tag (path);
  char *tag = g_strdup (base);

  for (guint i = 2; is_taken (devices, tag); i++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s-%u", base, i);

      g_free (tag);
      tag = vz_virtio_file_system_device_configuration_validate_tag (numbered, NULL)
              ? g_steal_pointer (&numbered)
              : g_strdup_printf ("folder-%u", i);
    }
  return tag;
}

static VzVirtioFileSystemDeviceConfiguration *
parse (const char *text, GPtrArray *devices, GError **error)
{
  g_autofree char *copy = g_strdup (text);
  gboolean read_only = g_str_has_suffix (copy, ":ro") && !g_file_test (copy, G_FILE_TEST_IS_DIR);
  g_autofree char *path = NULL;
  g_autofree char *derived = NULL;
  g_autoptr (VzSharedDirectory) directory = NULL;
  g_autoptr (VzSingleDirectoryShare) share = NULL;
  VzVirtioFileSystemDeviceConfiguration *device;
  const char *tag;

  if (read_only)
    copy[strlen (copy) - strlen (":ro")] = '\0';
  tag = cut_tag (copy);
  path = g_canonicalize_filename (copy, NULL);
  if (tag == NULL)
    tag = derived = make_tag (path, devices);
  if (!vz_virtio_file_system_device_configuration_validate_tag (tag, error))
    {
      g_prefix_error (error,
                      "--share: '%s' found, must be DIR, DIR:TAG, DIR:ro or DIR:TAG:ro: ", text);
      return NULL;
    }
  directory = vz_shared_directory_new (path, read_only);
  share = vz_single_directory_share_new (directory);
  device = vz_virtio_file_system_device_configuration_new (tag);
  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  return device;
}

gboolean
share_folders (VzVirtualMachineConfiguration *configuration, const char *const *texts,
               GError **error)
{
  GPtrArray *present =
    vz_virtual_machine_configuration_get_directory_sharing_devices (configuration);
  g_autoptr (GPtrArray)
    devices = g_ptr_array_copy (present, (GCopyFunc) (void *) g_object_ref, NULL);

  for (; texts != NULL && *texts != NULL; texts++)
    {
      VzVirtioFileSystemDeviceConfiguration *device = parse (*texts, devices, error);

      if (device == NULL)
        return FALSE;
      g_ptr_array_add (devices, device);
    }
  vz_virtual_machine_configuration_set_directory_sharing_devices (configuration, devices);
  return TRUE;
}

static void
say_folder (VzSharedDirectory *directory, const char *tag, const char *name)
{
  tool_say ("%s is at /mnt/%s%s%s in the guest%s", vz_shared_directory_get_path (directory), tag,
            name != NULL ? "/" : "", name != NULL ? name : "",
            vz_shared_directory_get_read_only (directory) ? ", read-only" : "");
}

static void
say_folders (VzMultipleDirectoryShare *share, const char *tag)
{
  GPtrArray *directories = vz_multiple_directory_share_get_directories (share);

  for (guint i = 0; i < directories->len; i++)
    say_folder (vz_named_shared_directory_get_directory (directories->pdata[i]), tag,
                vz_named_shared_directory_get_name (directories->pdata[i]));
}

void
share_say (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *devices =
    vz_virtual_machine_configuration_get_directory_sharing_devices (configuration);
  g_autoptr (GError) error = NULL;

  if (devices->len > 0 && !vz_host_check_shared_folders (&error))
    tool_say ("shared folders keep the host's owners, so the guest's user may lack access: %s",
              error->message);
  for (guint i = 0; i < devices->len; i++)
    {
      VzDirectoryShare *share =
        vz_virtio_file_system_device_configuration_get_share (devices->pdata[i]);
      const char *tag = vz_virtio_file_system_device_configuration_get_tag (devices->pdata[i]);

      if (VZ_IS_MULTIPLE_DIRECTORY_SHARE (share))
        say_folders (VZ_MULTIPLE_DIRECTORY_SHARE (share), tag);
      else if (VZ_IS_LINUX_ROSETTA_DIRECTORY_SHARE (share))
        tool_say ("the host's translator is at /mnt/%s/rosetta in the guest, read-only", tag);
      else
        say_folder (vz_single_directory_share_get_directory (VZ_SINGLE_DIRECTORY_SHARE (share)),
                    tag, NULL);
    }
}
