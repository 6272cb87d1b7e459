/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-arguments.h"

#include "configuration/vz-single-directory-share.h"
#include "configuration/vz-virtio-file-system-device-configuration.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * QEMU serves the folders itself, by 9P: virtio-fs would need a server beside it, which Debian 12 has for
 * root only. "none" as security model means that what the guest creates belongs to the user who runs QEMU,
 * as it does with Apple's framework; QEMU never follows a symbolic link out of the folder.
 *
 * The guest's systemd (254 or later) mounts them, at every boot, by lines for its fstab that come as a
 * credential in the firmware's tables. So neither the agent nor a program of ours has to be there. */

#define MESSAGE_SIZE 512000 /* bytes; as much as a virtio request of Linux's 9P holds */

/* fstab's way to write what would end a field or begin a comment. */
static void
append_escaped (GString *text, const char *tag)
{
  for (; *tag != '\0'; tag++)
    if (*tag == '\\' || *tag == '#' || *tag == '"' || *tag == '\'')
      g_string_append_printf (text, "\\%03o", (guint) *tag);
    else
      g_string_append_c (text, *tag);
}

static void
append_mount (GString *fstab, const char *tag, gboolean read_only)
{
  append_escaped (fstab, tag);
  g_string_append (fstab, " /mnt/");
  append_escaped (fstab, tag);
  g_string_append_printf (fstab, " 9p trans=virtio,version=9p2000.L,msize=%d,nofail%s 0 0\n", MESSAGE_SIZE,
                          read_only ? ",ro" : "");
}

static gboolean
add_share (VzArguments *self, VzCommandLine *line, guint index, VzVirtioFileSystemDeviceConfiguration *device,
           GString *fstab, GError **error)
{
  VzDirectoryShare *share = vz_virtio_file_system_device_configuration_get_share (device);
  const char *tag = vz_virtio_file_system_device_configuration_get_tag (device);
  g_autofree char *id = g_strdup_printf ("share%u", index);
  VzSharedDirectory *directory;
  VzOption *option;

  if (!VZ_IS_SINGLE_DIRECTORY_SHARE (share))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "QEMU cannot be given a %s",
                    share != NULL ? G_OBJECT_TYPE_NAME (share) : "device without a share");
  directory = vz_single_directory_share_get_directory (VZ_SINGLE_DIRECTORY_SHARE (share));
  option = vz_command_line_add (line, "-fsdev", "local");
  vz_option_set (option, "id", id);
  vz_option_set (option, "path", vz_shared_directory_get_path (directory));
  vz_option_set (option, "security_model", "none");
  vz_option_set (option, "multidevs", "remap"); /* file systems below the folder may use the same inode numbers */
  if (vz_shared_directory_get_read_only (directory))
    vz_option_set (option, "readonly", "on");
  option = vz_command_line_add (line, "-device", "virtio-9p-pci");
  vz_option_set (option, "fsdev", id);
  vz_option_set (option, "mount_tag", tag);
  append_mount (fstab, tag, vz_shared_directory_get_read_only (directory));
  return vz_arguments_place (self, option, VZ_SLOT_SHARING, error);
}

gboolean
vz_arguments_add_sharing (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_directory_sharing_devices (self->configuration);
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
