/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-monitors.h"

#include "bundle/vz-holder.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-owner.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * QEMU lets a second client connect to a monitor but then says nothing until the first one has
 * gone, so a client cannot tell a monitor in use from a QEMU that hangs. The locks tell: the holder
 * of one is the only client of that monitor, so silence means that QEMU does not answer. The kernel
 * releases a lock when its holder ends, however that happens.
 *
 * The owner's monitor is taken last: it is free only if the owner has left the machine. */

#define INTERVAL_MS 20

char *
vz_monitor_dup_name (guint index)
{
  return index == VZ_MONITOR_OWNER ? g_strdup ("qmp") : g_strdup_printf ("qmp%u", index);
}

static char *
dup_path (const char *runtime_dir, guint index, const char *suffix)
{
  g_autofree char *name = vz_monitor_dup_name (index);

  return g_strconcat (runtime_dir, "/", name, suffix, NULL);
}

char *
vz_monitor_dup_socket_path (const char *runtime_dir, guint index)
{
  return dup_path (runtime_dir, index, ".sock");
}

int
vz_monitor_connect (const char *runtime_dir, guint index, GError **error)
{
  g_autofree char *path = vz_monitor_dup_socket_path (runtime_dir, index);
  GError *cause = NULL;
  int fd = vz_stream_connect (path, &cause);

  if (fd >= 0)
    return fd;
  if (g_error_matches (cause, VZ_ERROR, VZ_ERROR_NOT_FOUND))
    {
      g_clear_error (&cause);
      vz_fail (&cause, VZ_ERROR_NOT_FOUND, "the machine has stopped");
    }
  g_propagate_error (error, cause);
  return -1;
}

static int
open_lock (const char *runtime_dir, guint index)
{
  g_autofree char *path = dup_path (runtime_dir, index, ".lock");
  int fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd >= 0)
    vz_owner_follow (fd, path);
  return fd;
}

int
vz_monitor_take (const char *runtime_dir, guint index)
{
  int fd VZ_AUTO_CLOSE = open_lock (runtime_dir, index);

  if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) != 0)
    return -1;
  vz_holder_write (fd, getpid (), g_get_prgname () != NULL ? g_get_prgname () : "program");
  return vz_file_steal_fd (&fd);
}

static char *
describe_holders (const char *runtime_dir)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = VZ_MONITOR_SHARED; i < VZ_N_MONITORS; i++)
    {
      int fd VZ_AUTO_CLOSE = open_lock (runtime_dir, i);
      g_autofree char *holder = fd >= 0 ? vz_holder_describe (fd) : NULL;

      if (holder != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", holder);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

int
vz_monitor_take_own (const char *runtime_dir, guint *ret_index)
{
  for (guint i = 1; i <= VZ_MONITOR_SHARED; i++)
    {
      guint index = i % VZ_MONITOR_SHARED; /* VZ_MONITOR_OWNER last */
      int fd = vz_monitor_take (runtime_dir, index);

      if (fd < 0)
        continue;
      *ret_index = index;
      return fd;
    }
  return -1;
}

int
vz_monitor_take_shared (const char *runtime_dir, int timeout_ms, guint *ret_index,
                        GCancellable *cancellable, GError **error)
{
  gint64 deadline = vz_deadline_after (timeout_ms);
  g_autofree char *holders = NULL;

  do
    {
      for (guint index = VZ_MONITOR_SHARED; index < VZ_N_MONITORS; index++)
        {
          int fd = vz_monitor_take (runtime_dir, index);

          if (fd < 0)
            continue;
          *ret_index = index;
          return fd;
        }
      if (!vz_pause (INTERVAL_MS, cancellable, error))
        return -1;
    }
  while (!vz_deadline_is_past (deadline));
  holders = describe_holders (runtime_dir);
  vz_fail (error, VZ_ERROR_BUSY, "the shared monitors have been in use for %d seconds, by %s",
           timeout_ms / 1000, holders);
  return -1;
}
