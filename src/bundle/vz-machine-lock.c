/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-machine-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "bundle/vz-holder.h"
#include "bundle/vz-runtime.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-file.h"

/* How this works
 *
 * One machine runs once: whoever starts it holds an flock on the file `lock` in its runtime
 * directory. Such a lock belongs to the open file, so the descriptor that QEMU inherits keeps it
 * after the command that started QEMU is gone, and the kernel drops it when QEMU dies, however that
 * happens. The file itself is never removed: a lock on a removed file would exclude nobody.
 *
 * The lock goes by machine identifier, not by bundle: two copies of a bundle have the same UUID and
 * MAC address and must not run at once either. */

/* Whoever only looks (vz_machine_lock_is_held) takes the lock for a moment; that is no reason to
 * refuse a start. */
#define ATTEMPTS 5
#define ATTEMPT_INTERVAL (20 * G_TIME_SPAN_MILLISECOND)

static int
open_lock (VzMachineIdentifier *identifier, GError **error)
{
  g_autofree char *directory = vz_runtime_directory_for (identifier, error);
  g_autofree char *path = NULL;
  int fd;

  if (directory == NULL)
    return -1;
  path = g_build_filename (directory, "lock", NULL);
  fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    vz_fail_errno (error, "cannot open lock '%s'", path);
  return fd;
}

/**
 * vz_machine_lock_acquire:
 * @identifier: the machine
 * @purpose: one word for others to read, such as `run` or `install`
 * @error: return location for an error, or %NULL
 *
 * Takes the machine's lock without waiting. It is held as long as any copy of the descriptor is
 * open, here or in a process that inherited one; the descriptor is closed on exec, so give QEMU a
 * copy that is not.
 *
 * Returns: a descriptor, or -1 with %VZ_ERROR_BUSY (the message has process and purpose of the
 *   holder) or %VZ_ERROR_IO
 */
int
vz_machine_lock_acquire (VzMachineIdentifier *identifier, const char *purpose, GError **error)
{
  int fd VZ_AUTO_CLOSE = -1;
  g_autofree char *holder = NULL;

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (identifier) && purpose != NULL, -1);
  fd = open_lock (identifier, error);
  if (fd < 0)
    return -1;
  for (guint i = 0; i < ATTEMPTS; i++)
    {
      if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        {
          if (!vz_machine_lock_set_holder (fd, getpid (), purpose, error))
            return -1;
          return vz_file_steal_fd (&fd);
        }
      if (errno != EWOULDBLOCK && errno != EINTR)
        {
          vz_fail_errno (error, "cannot lock the machine");
          return -1;
        }
      g_usleep (ATTEMPT_INTERVAL);
    }
  holder = vz_holder_describe (fd);
  vz_fail (error, VZ_ERROR_BUSY, "the machine is in use by %s", holder);
  return -1;
}

/**
 * vz_machine_lock_set_holder:
 * @lock: a descriptor from vz_machine_lock_acquire()
 * @pid: process to name as the holder, such as QEMU's once it has inherited the lock
 * @purpose: one word for others to read
 * @error: return location for an error, or %NULL
 *
 * Changes what others are told about the holder.
 *
 * Returns: whether it was written; otherwise @error is %VZ_ERROR_IO or %VZ_ERROR_OUT_OF_DISK_SPACE
 */
gboolean
vz_machine_lock_set_holder (int lock, int pid, const char *purpose, GError **error)
{
  g_return_val_if_fail (lock >= 0 && purpose != NULL, FALSE);
  return vz_holder_write (lock, pid, purpose) ? TRUE : vz_fail_errno (error, "cannot write the lock's note");
}

/**
 * vz_machine_lock_is_held:
 * @identifier: the machine
 * @ret_pid: (out) (optional): process of the holder, 0 if unknown
 * @ret_purpose: (out) (optional) (transfer full) (nullable): what the holder does, %NULL if unknown
 *
 * Returns: whether somebody has the machine's lock
 */
gboolean
vz_machine_lock_is_held (VzMachineIdentifier *identifier, int *ret_pid, char **ret_purpose)
{
  int fd VZ_AUTO_CLOSE = -1;
  g_autofree char *purpose = NULL;
  int pid = 0;

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (identifier), FALSE);
  fd = open_lock (identifier, NULL);
  if (fd < 0 || flock (fd, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    return FALSE;
  vz_holder_read (fd, &pid, &purpose);
  if (ret_pid != NULL)
    *ret_pid = pid;
  if (ret_purpose != NULL)
    *ret_purpose = g_steal_pointer (&purpose);
  return TRUE;
}
