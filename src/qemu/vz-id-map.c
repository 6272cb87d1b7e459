/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-id-map.h"

#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-network-device-configuration.h"
#include "configuration/sharing/vz-multiple-directory-share.h"
#include "configuration/sharing/vz-named-shared-directory.h"
#include "configuration/sharing/vz-single-directory-share.h"
#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"
#include "foundation/host/vz-namespaces.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How this works
 *
 * A guest relies on the user IDs that QEMU's 9P server reports, and its user has ID 1000. So a QEMU
 * that shares folders runs in a user namespace in which their owner has that ID. The kernel lets
 * every user have a namespace in which only that user is mapped: all other users' files appear to
 * belong to ID 65534, with the access that the host's user has.
 *
 * Root, who may map everything, swaps two IDs and keeps the others, and can still open the files of
 * others: root's capabilities over files are passed on as ambient ones. They apply only inside the
 * namespace, which is why a port below 1024 cannot be published from it. */

#define ALL_IDS G_GUINT64_CONSTANT (0xffffffff) /* the last one means none */

static void
append_range (GString *text, guint64 first, guint64 outside, guint64 end)
{
  if (first < end)
    g_string_append_printf (text,
                            "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                            first, outside, end - first);
}

static void
set_map (char *map, gsize size, guint32 id, gboolean is_whole)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 low = MIN (id, VZ_GUEST_USER), high = MAX (id, VZ_GUEST_USER);

  if (!is_whole)
    append_range (text, VZ_GUEST_USER, id, VZ_GUEST_USER + 1);
  else
    {
      append_range (text, 0, 0, low);
      append_range (text, low, high, low + 1);
      append_range (text, low + 1, low + 1, high);
      if (high != low)
        append_range (text, high, low, high + 1);
      append_range (text, high + 1, high + 1, ALL_IDS);
    }
  g_strlcpy (map, text->str, size);
}

gboolean
vz_id_map_init (VzIdMap *self, uid_t owner, gid_t group)
{
  self->is_whole = geteuid () == 0;
  if (!self->is_whole)
    {
      owner = geteuid ();
      group = getegid ();
    }
  set_map (self->users, sizeof self->users, owner, self->is_whole);
  set_map (self->groups, sizeof self->groups, group, self->is_whole);
  return owner != VZ_GUEST_USER;
}

/* NULL: the device has none, or one of vz's own. */
static const char *
folder_of (VzVirtioFileSystemDeviceConfiguration *device)
{
  VzDirectoryShare *share = vz_virtio_file_system_device_configuration_get_share (device);
  VzSharedDirectory *directory = NULL;

  if (VZ_IS_SINGLE_DIRECTORY_SHARE (share))
    directory = vz_single_directory_share_get_directory (VZ_SINGLE_DIRECTORY_SHARE (share));
  else if (VZ_IS_MULTIPLE_DIRECTORY_SHARE (share))
    {
      GPtrArray *named =
        vz_multiple_directory_share_get_directories (VZ_MULTIPLE_DIRECTORY_SHARE (share));

      if (named->len > 0)
        directory = vz_named_shared_directory_get_directory (named->pdata[0]);
    }
  return directory != NULL ? vz_shared_directory_get_path (directory) : NULL;
}

static const char *
first_folder (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *devices =
    vz_virtual_machine_configuration_get_directory_sharing_devices (configuration);
  const char *folder = NULL;

  for (guint i = 0; i < devices->len && folder == NULL; i++)
    folder = folder_of (devices->pdata[i]);
  return folder;
}

static gboolean
publishes_low_port (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_network_devices (configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzNetworkDeviceAttachment *attachment =
        vz_network_device_configuration_get_attachment (devices->pdata[i]);
      GPtrArray *ports = VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment)
                           ? vz_nat_network_device_attachment_get_published_ports (
                               VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
                           : NULL;

      for (guint n = 0; ports != NULL && n < ports->len; n++)
        {
          guint port = vz_published_port_get_host_port (ports->pdata[n]);

          if (port > 0 && port < 1024)
            return TRUE;
        }
    }
  return FALSE;
}

gboolean
vz_id_map_choose (VzIdMap *self, VzVirtualMachineConfiguration *configuration)
{
  const char *folder = first_folder (configuration);
  struct stat status;

  if (folder == NULL || stat (folder, &status) != 0 ||
      !vz_id_map_init (self, status.st_uid, status.st_gid))
    return FALSE;
  return !(self->is_whole && publishes_low_port (configuration)) && vz_id_map_check (self, NULL);
}

static int
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  int code = 0;

  if (fd < 0)
    return errno;
  if (write (fd, text, strlen (text)) != (ssize_t) strlen (text))
    code = errno;
  close (fd);
  return code;
}

/* With these, root opens, creates and hands over files as before. */
static int
keep_capabilities (void)
{
  static const int kept[] = { CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER,
                              CAP_FSETID };
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct data[2] = { { 0 } };

  if (syscall (SYS_capget, &header, data) != 0)
    return errno;
  /* None is dropped here: regaining it by exec would reset "die with your parent". */
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    data[0].inheritable |= 1u << kept[i];
  if (syscall (SYS_capset, &header, data) != 0)
    return errno;
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    if (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept[i], 0, 0) != 0)
      return errno;
  return 0;
}

/* Root's map must be written by a process in the outer namespace: a child that stays there. */
static int
write_whole_map (const VzIdMap *self)
{
  char users[64], groups[64];
  int go[2], code = 0, status = 0;
  char byte = 0;
  pid_t pid;

  g_snprintf (users, sizeof users, "/proc/%d/uid_map", (int) getpid ());
  g_snprintf (groups, sizeof groups, "/proc/%d/gid_map", (int) getpid ());
  if (pipe2 (go, O_CLOEXEC) != 0)
    return errno;
  pid = _Fork (); /* plain fork() may wait for a lock of another thread */
  if (pid == 0)
    {
      close (go[1]);
      if (read (go[0], &byte, 1) == 1)
        code = write_file (users, self->users);
      _exit (code != 0 ? code : write_file (groups, self->groups));
    }
  close (go[0]);
  if (pid < 0 || unshare (CLONE_NEWUSER) != 0)
    code = errno;
  else if (write (go[1], &byte, 1) != 1)
    code = errno;
  close (go[1]);
  while (pid > 0 && waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (code == 0)
    code = WIFEXITED (status) ? WEXITSTATUS (status) : EIO;
  return code;
}

int
vz_id_map_enter (const VzIdMap *self)
{
  int code;

  if (self->is_whole)
    {
      code = write_whole_map (self);
      return code != 0 ? code : keep_capabilities ();
    }
  if (unshare (CLONE_NEWUSER) != 0)
    return errno;
  code = write_file ("/proc/self/uid_map", self->users);
  /* A group may be mapped only by a process that has given up the right to change its groups. */
  if (code == 0)
    code = write_file ("/proc/self/setgroups", "deny");
  return code != 0 ? code : write_file ("/proc/self/gid_map", self->groups);
}

gboolean
vz_id_map_check (const VzIdMap *self, GError **error)
{
  int status = 0;
  const char *remedy;
  const char *reason;
  pid_t pid = _Fork (); /* plain fork() may wait for a lock of another thread */

  if (pid == 0)
    _exit (vz_id_map_enter (self));
  while (pid > 0 && waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (pid < 0 || !WIFEXITED (status))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "cannot try out a user namespace");
  if (WEXITSTATUS (status) == 0)
    return TRUE;
  /* For namespaces, ENOSPC means that their number is limited. */
  reason = WEXITSTATUS (status) == ENOSPC ? "no more of them may be created"
                                          : g_strerror (WEXITSTATUS (status));
  remedy = vz_namespaces_find_remedy ();
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "this host refuses user namespaces: %s%s%s",
                  reason, remedy != NULL ? "; " : "", remedy != NULL ? remedy : "");
}
