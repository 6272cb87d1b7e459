/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-pause-note.h"

#include "bundle/vz-holder.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static int
open_note (const char *runtime_dir, int flags, GError **error)
{
  g_autofree char *path = g_build_filename (runtime_dir, "pause.note", NULL);
  int fd = open (path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);

  if (fd < 0)
    vz_fail_errno (error, "cannot open '%s'", path);
  return fd;
}

int
vz_pause_note_write (const char *runtime_dir, const char *purpose, GError **error)
{
  int fd VZ_AUTO_CLOSE = open_note (runtime_dir, O_CREAT, error);
  g_autofree char *holder = NULL;

  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      holder = vz_holder_describe (fd);
      vz_fail (error, VZ_ERROR_BUSY, "the machine is being saved or restored by %s", holder);
      return -1;
    }
  if (!vz_holder_write (fd, getpid (), purpose))
    {
      vz_fail_errno (error, "cannot write a note in the machine's runtime directory");
      return -1;
    }
  return vz_file_steal_fd (&fd);
}

void
vz_pause_note_change (int fd, const char *purpose)
{
  if (!vz_holder_write (fd, getpid (), purpose))
    g_debug ("cannot change the note of a pause");
}

void
vz_pause_note_erase (int *fd)
{
  if (*fd >= 0 && ftruncate (*fd, 0) != 0)
    g_debug ("cannot erase the note of a pause");
  vz_file_close (fd);
}

VzPauseNote
vz_pause_note_read (const char *runtime_dir, int *ret_pid, char **ret_purpose)
{
  int fd VZ_AUTO_CLOSE = open_note (runtime_dir, 0, NULL);

  if (fd < 0 || !vz_holder_read (fd, ret_pid, ret_purpose))
    return VZ_PAUSE_NOTE_NONE;
  return flock (fd, LOCK_SH | LOCK_NB) == 0 ? VZ_PAUSE_NOTE_LEFT : VZ_PAUSE_NOTE_HELD;
}

int
vz_pause_note_take_over (const char *runtime_dir, int *ret_pid, char **ret_purpose)
{
  int fd VZ_AUTO_CLOSE = open_note (runtime_dir, 0, NULL);

  if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) != 0 || !vz_holder_read (fd, ret_pid, ret_purpose))
    return -1;
  vz_holder_write (fd, getpid (), *ret_purpose); /* the rest of it is ours */
  return vz_file_steal_fd (&fd);
}
