/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-machine-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "bundle/vz-holder.h"
#include "bundle/vz-machine-claim.h"
#include "bundle/vz-runtime.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-lock.h"
#include "foundation/file/vz-owner.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * Two bundles with one machine identifier (a copy, a restored backup) have the same UUID and MAC
 * address, the same sockets and the same logs, and must not run at once for one user. So besides
 * the lock of the bundle (see vz-bundle-lock.c), a process that starts a machine holds this one: a
 * kernel lock on the file `lock` beside the machine's logs, which are in the same place in all of a
 * user's sessions. QEMU inherits it too. The file is never removed: a lock on a removed file
 * excludes nobody. */

#define LOCK_NAME "lock"

static gboolean
lock_fd (int fd, const char *directory, GError **error)
{
  g_autoptr (VzHolder) holder = NULL;
  g_autofree char *text = NULL;

  if (vz_holder_take_lock (fd, vz_machine_lock_look, directory, &holder))
    return TRUE;
  if (errno != EAGAIN)
    return vz_fail_errno (error, "cannot lock the machine at '%s'", directory);
  text = vz_holder_to_text (holder);
  return vz_fail (error, VZ_ERROR_BUSY, "the machine is in use by %s%s%s", text,
                  holder != NULL && holder->bundle != NULL ? " from " : "",
                  holder != NULL && holder->bundle != NULL ? holder->bundle : "");
}

/**
 * vz_machine_lock_acquire:
 * @identifier: the machine
 * @purpose: one word for other programs to show, such as `run` or `install`
 * @error: return location for an error, or %NULL
 *
 * Takes the lock of the machine identifier without waiting, so that no other bundle with the same
 * identifier runs for this user. It is held as long as any copy of the descriptor is open, here or
 * in a process that inherited one; the descriptor is closed on exec, so give QEMU a copy that is
 * not.
 *
 * Returns: a descriptor, or -1 with %VZ_ERROR_BUSY (the message names the process and purpose of
 *   the holder) or %VZ_ERROR_IO
 */
int
vz_machine_lock_acquire (VzMachineIdentifier *identifier, const char *purpose, GError **error)
{
  g_autofree char *directory = NULL;
  g_autofree char *path = NULL;
  int fd VZ_AUTO_CLOSE = -1;

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (identifier) && purpose != NULL, -1);
  directory = vz_state_directory_for (identifier, error);
  if (directory == NULL)
    return -1;
  path = g_build_filename (directory, LOCK_NAME, NULL);
  fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      vz_fail_errno (error, "cannot open the lock '%s'", path);
      return -1;
    }
  vz_owner_follow (fd, path);
  return lock_fd (fd, directory, error) &&
             vz_machine_lock_set_holder (fd, getpid (), purpose, error)
           ? vz_file_steal_fd (&fd)
           : -1;
}

/**
 * vz_machine_lock_set_holder:
 * @lock: a descriptor from vz_machine_lock_acquire()
 * @pid: the process to name as the holder, such as QEMU's once it has inherited the lock
 * @purpose: one word for other programs to show
 * @error: return location for an error, or %NULL
 *
 * Changes what other programs are told about the holder.
 *
 * Returns: whether it was written; otherwise @error is %VZ_ERROR_IO or %VZ_ERROR_OUT_OF_DISK_SPACE
 */
gboolean
vz_machine_lock_set_holder (int lock, int pid, const char *purpose, GError **error)
{
  g_return_val_if_fail (lock >= 0 && purpose != NULL, FALSE);
  return vz_holder_write (lock, pid, purpose)
           ? TRUE
           : vz_fail_errno (error, "cannot record in the machine's lock who uses it");
}

gboolean
vz_machine_lock_look (const char *directory, VzHolder **ret_holder)
{
  g_autofree char *path = g_build_filename (directory, LOCK_NAME, NULL);
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  g_autoptr (VzHolder) holder = NULL;

  if (ret_holder != NULL)
    *ret_holder = NULL;
  if (fd < 0 || !vz_lock_is_held (fd))
    return FALSE;
  holder = vz_holder_load (fd);
  if (ret_holder != NULL && holder != NULL && !vz_holder_is_gone (holder))
    *ret_holder = g_steal_pointer (&holder);
  return TRUE;
}

char *
vz_machine_lock_dup_directory (VzMachineIdentifier *identifier)
{
  g_autofree char *base = vz_state_directory_dup_base ();
  g_autofree char *name = vz_machine_identifier_to_string (identifier);

  return g_build_filename (base, name, NULL);
}

gboolean
vz_machine_lock_look_for (VzMachineIdentifier *identifier, VzHolder **ret_holder)
{
  g_autofree char *directory = vz_machine_lock_dup_directory (identifier);

  return vz_machine_lock_look (directory, ret_holder);
}

/**
 * vz_machine_lock_is_held:
 * @identifier: the machine
 * @ret_pid: (out) (optional): the process that holds it; 0 when unknown
 * @ret_purpose: (out) (optional) (transfer full) (nullable): the holder's purpose; %NULL when
 *   unknown
 *
 * Checks whether a bundle with this machine identifier is running for this user;
 * vz_bundle_is_in_use() checks one bundle, whichever user uses it. Creates nothing and takes no
 * lock.
 *
 * Returns: whether any process holds the machine's lock
 */
gboolean
vz_machine_lock_is_held (VzMachineIdentifier *identifier, int *ret_pid, char **ret_purpose)
{
  g_autoptr (VzHolder) holder = NULL;

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (identifier), FALSE);
  if (!vz_machine_lock_look_for (identifier, &holder))
    return FALSE;
  if (ret_pid != NULL)
    *ret_pid = holder != NULL ? holder->pid : 0;
  if (ret_purpose != NULL)
    *ret_purpose = holder != NULL ? g_strdup (holder->purpose) : NULL;
  return TRUE;
}
