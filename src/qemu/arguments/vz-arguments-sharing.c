/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/sharing/vz-linux-rosetta-directory-share.h"
#include "configuration/sharing/vz-multiple-directory-share.h"
#include "configuration/sharing/vz-single-directory-share.h"
#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"
#include "foundation/config/vz-problems.h"
#include "foundation/host/vz-translator.h"
#include "foundation/vz-fail.h"

#include <string.h>

/* How this works
 *
 * Where the host has a usable virtiofsd (vz-virtiofsd.c), each folder is served by a virtiofsd
 * process, which shares the guest's memory and to which QEMU has an inherited connection.
 *
 * Elsewhere QEMU serves the folders itself, by 9P. "none" as security model means that what the
 * guest creates belongs to the user who runs QEMU, as it does with Apple's framework; QEMU never
 * follows a symbolic link out of the folder. cache=mmap keeps only what a program has mapped or, in
 * Linux 6.4 and later, what is read from a file while it is open. Without any cache, a Linux
 * program that reads past the end of a file that has shrunk reads forever and cannot be killed;
 * with more caching, changes on the host are seen late.
 *
 * The guest's systemd (254 or later) mounts them at every boot, using fstab lines that come as a
 * credential in the firmware's tables. So neither the agent nor a program of ours is needed
 * there. Linux offers 9P's transport before it has looked for the devices, so that the second of
 * two mounts at the same time finds no device: all of them wait until the module is loaded. */

#define MODULE_LOADED "x-systemd.requires=modprobe@9pnet_virtio.service"
#define MESSAGE_SIZE 512000 /* bytes; as much as a virtio request of Linux's 9P holds */

/* Escapes what would end a field or begin a comment in fstab. */
static void
append_escaped (GString *text, const char *name)
{
  for (; *name != '\0'; name++)
    if (strchr ("\\#\"' ", *name) != NULL)
      g_string_append_printf (text, "\\%03o", (guint) *name);
    else
      g_string_append_c (text, *name);
}

/* A host folder to be shared with the guest. */
typedef struct {
  VzSharedDirectory *directory;
  const char *tag; /* of the device that shares it */
  const char *name; /* below the tag's folder; NULL: that folder itself */
  guint index; /* among the device's */
} Folder;

static void
append_mount (GString *fstab, const Folder *folder, const char *mount_tag, gboolean is_9p)
{
  append_escaped (fstab, mount_tag);
  g_string_append (fstab, " /mnt/");
  append_escaped (fstab, folder->tag);
  if (folder->name != NULL)
    {
      g_string_append_c (fstab, '/');
      append_escaped (fstab, folder->name);
    }
  if (is_9p)
    g_string_append_printf (fstab,
                            " 9p trans=virtio,version=9p2000.L,msize=%d,cache=mmap," MODULE_LOADED
                            ",",
                            MESSAGE_SIZE);
  else
    g_string_append (fstab, " virtiofs ");
  g_string_append_printf (fstab, "nofail%s 0 0\n",
                          vz_shared_directory_get_read_only (folder->directory) ? ",ro" : "");
}

static VzOption *
add_9p (VzCommandLine *line, const Folder *folder, const char *id, const char *tag)
{
  VzOption *option = vz_command_line_add (line, "-fsdev", "local");

  vz_option_set (option, "id", id);
  vz_option_set (option, "path", vz_shared_directory_get_path (folder->directory));
  vz_option_set (option, "security_model", "none");
  vz_option_set (option, "multidevs",
                 "remap"); /* file systems below the folder may use the same inode numbers */
  if (vz_shared_directory_get_read_only (folder->directory))
    vz_option_set (option, "readonly", "on");
  option = vz_command_line_add (line, "-device", "virtio-9p-pci");
  vz_option_set (option, "fsdev", id);
  vz_option_set (option, "mount_tag", tag);
  return option;
}

static VzOption *
add_virtio_fs (VzCommandLine *line, int fd, const char *id, const char *tag)
{
  VzOption *option = vz_command_line_add (line, "-chardev", "socket");

  vz_option_set (option, "id", id);
  vz_option_set_format (option, "fd", "%d", fd);
  option = vz_command_line_add (line, "-device", "vhost-user-fs-pci");
  vz_option_set (option, "chardev", id);
  vz_option_set (option, "tag", tag);
  return option;
}

/* No device's tag contains a slash, so the tags of its folders are unique. */
static gboolean
add_folder (VzArguments *self, VzCommandLine *line, const Folder *folder, guint device,
            GString *fstab, GError **error)
{
  gboolean is_single = folder->name == NULL;
  g_autofree char *id = is_single ? g_strdup_printf ("share%u", device)
                                  : g_strdup_printf ("share%u-%u", device, folder->index);
  g_autofree char *tag = is_single ? g_strdup (folder->tag)
                                   : g_strdup_printf ("%s/%u", folder->tag, folder->index);
  gboolean is_9p = self->open_share == NULL;
  int fd = is_9p ? -1 : self->open_share (folder->directory, self->user_data, error);
  VzOption *option;

  if (!is_9p && fd < 0)
    return FALSE;
  option = is_9p ? add_9p (line, folder, id, tag) : add_virtio_fs (line, fd, id, tag);
  append_mount (fstab, folder, tag, is_9p);
  return vz_arguments_place (self, option, VZ_SLOT_SHARING, error);
}

static gboolean
add_folders (VzArguments *self, VzCommandLine *line, const char *tag, GPtrArray *directories,
             guint device, GString *fstab, GError **error)
{
  for (guint i = 0; i < directories->len; i++)
    {
      const Folder folder = { vz_named_shared_directory_get_directory (directories->pdata[i]), tag,
                              vz_named_shared_directory_get_name (directories->pdata[i]), i };

      if (!add_folder (self, line, &folder, device, fstab, error))
        return FALSE;
    }
  return TRUE;
}

/* The engine has put the translator there. */
static gboolean
add_translator (VzArguments *self, VzCommandLine *line, const char *tag, guint device,
                GString *fstab, GError **error)
{
  g_autofree char *path = vz_translator_dup_folder (self->runtime_dir);
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (path, TRUE);
  const Folder folder = { .directory = directory, .tag = tag };

  return add_folder (self, line, &folder, device, fstab, error);
}

static gboolean
add_share (VzArguments *self, VzCommandLine *line, guint index,
           VzVirtioFileSystemDeviceConfiguration *device, GString *fstab, GError **error)
{
  VzDirectoryShare *share = vz_virtio_file_system_device_configuration_get_share (device);
  Folder folder = { .tag = vz_virtio_file_system_device_configuration_get_tag (device) };

  if (VZ_IS_MULTIPLE_DIRECTORY_SHARE (share))
    return add_folders (
      self, line, folder.tag,
      vz_multiple_directory_share_get_directories (VZ_MULTIPLE_DIRECTORY_SHARE (share)), index,
      fstab, error);
  if (VZ_IS_LINUX_ROSETTA_DIRECTORY_SHARE (share))
    return add_translator (self, line, folder.tag, index, fstab, error);
  if (!VZ_IS_SINGLE_DIRECTORY_SHARE (share))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "QEMU does not support a %s",
                    share != NULL ? vz_problems_kind_of (share) : "device without a share");
  folder.directory = vz_single_directory_share_get_directory (VZ_SINGLE_DIRECTORY_SHARE (share));
  return add_folder (self, line, &folder, index, fstab, error);
}

gboolean
vz_arguments_add_sharing (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *devices =
    vz_virtual_machine_configuration_get_directory_sharing_devices (self->configuration);
  g_autoptr (GString) fstab = g_string_new (NULL);
  g_autofree char *encoded = NULL;
  VzOption *table;

  for (guint i = 0; i < devices->len; i++)
    if (!add_share (self, line, i, devices->pdata[i], fstab, error))
      return FALSE;
  if (devices->len == 0)
    return TRUE;
  encoded = g_base64_encode ((const guchar *) fstab->str, fstab->len);
  table = vz_command_line_add (line, "-smbios", NULL);
  vz_option_set (table, "type", "11");
  vz_option_set_format (table, "value", "io.systemd.credential.binary:fstab.extra=%s", encoded);
  return TRUE;
}
