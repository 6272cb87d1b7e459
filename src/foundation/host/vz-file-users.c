/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-file-users.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-proc.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * The kernel is asked about conflicting locks, without taking any for long; /sys is searched for
 * loop devices, which take none; and /proc for processes that have the file open for writing, with
 * or without a lock. Only /proc names the holders of open file description locks, such as QEMU's:
 * one's own processes, or all of them for root.
 *
 * With shared locks on single bytes, QEMU says what it does with an image (100 + n) and what others
 * may not do (200 + n), where n = 0 stands for reading, 1 for writing and 3 for resizing. */

#define ENDING_TIMEOUT_MS 2000
#define ENDING_INTERVAL_MS 20

#define QEMU_READS_ALONE 200
#define QEMU_WRITES 101
#define QEMU_WRITES_ALONE 201
#define QEMU_RESIZES 103

typedef struct {
  struct stat st;
  int beside; /* a process to be ignored, or 0 */
  int pid; /* of a process that has it open, 0: none known */
  gboolean is_written; /* by that process */
} Openers;

/* Uses attributes that the kernel has at hand, so as not to wait for a file system that hangs. */
static gboolean
is_same (int directory, const char *name, const struct stat *st)
{
  struct statx found;

  return statx (directory, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &found) == 0 &&
         found.stx_ino == st->st_ino &&
         makedev (found.stx_dev_major, found.stx_dev_minor) == st->st_dev;
}

static gboolean
is_opened_for_writing (int pid, const char *fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fdinfo/%s", pid, fd);
  g_autofree char *text = NULL;
  const char *flags;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  flags = strstr (text, "flags:");
  return flags != NULL &&
         (g_ascii_strtoull (flags + strlen ("flags:"), NULL, 8) & O_ACCMODE) != O_RDONLY;
}

static void
look_at_process (Openers *self, int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", pid);
  int directory VZ_AUTO_CLOSE = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GDir) dir = directory >= 0 ? g_dir_open (path, 0, NULL) : NULL;
  const char *fd;

  while (dir != NULL && (fd = g_dir_read_name (dir)) != NULL)
    {
      gboolean is_written;

      if (!is_same (directory, fd, &self->st))
        continue;
      is_written = is_opened_for_writing (pid, fd);
      if (self->pid == 0 || (is_written && !self->is_written))
        self->pid = pid;
      self->is_written |= is_written;
    }
}

static void
find_openers (Openers *self)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (dir != NULL && !self->is_written && (name = g_dir_read_name (dir)) != NULL)
    {
      int pid = g_ascii_isdigit (*name) ? (int) g_ascii_strtoll (name, NULL, 10) : 0;

      if (pid > 0 && pid != getpid () && pid != self->beside)
        look_at_process (self, pid);
    }
}

/* Whether a process has a lock that conflicts with one on these bytes; *@ret_pid if the kernel
 * tells. */
static gboolean
has_lock (int fd, short type, off_t start, off_t length, int *ret_pid)
{
  struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };

  if (fcntl (fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
    return FALSE;
  if (lock.l_pid > 0)
    *ret_pid = lock.l_pid;
  return TRUE;
}

static gboolean
is_locked (int fd, VzFileUse use, int *ret_pid)
{
  int operation = use == VZ_FILE_USE_READ ? LOCK_SH : LOCK_EX;

  if (use == VZ_FILE_USE_WRITE ? has_lock (fd, F_WRLCK, 0, 0, ret_pid)
                               : has_lock (fd, F_RDLCK, 0, 0, ret_pid) ||
                                   has_lock (fd, F_WRLCK, QEMU_WRITES, 1, ret_pid) ||
                                   has_lock (fd, F_WRLCK, QEMU_RESIZES, 1, ret_pid) ||
                                   has_lock (fd, F_WRLCK, QEMU_READS_ALONE, 1, ret_pid))
    return TRUE;
  /* The other kind of lock can only be tried, and is released at once. */
  if (flock (fd, operation | LOCK_NB) != 0)
    return errno == EWOULDBLOCK;
  flock (fd, LOCK_UN);
  return FALSE;
}

/* Users who may open the loop device can identify its file by number, others only by path. */
static gboolean
is_behind_loop (const char *name, const struct stat *st)
{
  g_autofree char *device = g_strdup_printf ("/dev/%s", name);
  g_autofree char *attribute = g_strdup_printf ("/sys/block/%s/loop/backing_file", name);
  g_autofree char *file = NULL;
  struct loop_info64 info;
  struct stat behind;
  int fd VZ_AUTO_CLOSE = -1;

  if (!g_file_get_contents (attribute, &file, NULL, NULL)) /* it is free */
    return FALSE;
  fd = open (device, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && ioctl (fd, LOOP_GET_STATUS64, &info) == 0 && info.lo_inode == st->st_ino)
    return info.lo_device == st->st_dev || g_str_has_prefix (file, "/");
  return stat (g_strchomp (file), &behind) == 0 && behind.st_dev == st->st_dev &&
         behind.st_ino == st->st_ino;
}

static char *
find_loop (const struct stat *st, VzFileUse use)
{
  g_autoptr (GDir) dir = g_dir_open ("/sys/block", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *attribute = g_strdup_printf ("/sys/block/%s/ro", name);
      g_autofree char *read_only = NULL;

      if (!g_str_has_prefix (name, "loop") || !is_behind_loop (name, st))
        continue;
      if (use == VZ_FILE_USE_WRITE || !g_file_get_contents (attribute, &read_only, NULL, NULL) ||
          *read_only != '1')
        return g_strdup_printf ("/dev/%s", name);
    }
  return NULL;
}

static gboolean
fail_in_use (const char *path, int pid, GError **error)
{
  g_autofree char *program = pid > 0 ? vz_proc_dup_program (pid) : NULL;

  if (pid <= 0)
    return vz_fail (error, VZ_ERROR_BUSY,
                    "'%s' is in use by another process, which root can find with 'fuser'", path);
  return vz_fail (error, VZ_ERROR_BUSY, "'%s' is in use by process %d (%s)", path, pid,
                  program != NULL ? program : "unknown program");
}

/* Two kinds of lock disappear by themselves, so a lock without a known writer is checked again for
 * a moment: that of an ending process, which keeps its locks after it is no longer seen with the
 * file, and that of a program that tests for locks, as we do. */
static gboolean
is_in_use (int fd, VzFileUse use, Openers *openers, int *ret_pid)
{
  gint64 deadline = vz_deadline_after (ENDING_TIMEOUT_MS);

  for (;;)
    {
      gboolean locked = is_locked (fd, use, ret_pid);

      openers->pid = 0;
      openers->is_written = FALSE;
      find_openers (openers);
      if (!locked)
        return openers->is_written;
      if (*ret_pid > 0 || openers->is_written || vz_deadline_is_past (deadline))
        return TRUE;
      vz_pause (ENDING_INTERVAL_MS, NULL, NULL);
    }
}

gboolean
vz_file_check_users (const char *path, VzFileUse use, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  Openers openers = { .pid = 0 };
  g_autofree char *loop = NULL;
  int pid = 0;

  if (fd < 0 || fstat (fd, &openers.st) != 0 || !S_ISREG (openers.st.st_mode))
    return TRUE;
  if (is_in_use (fd, use, &openers, &pid))
    return fail_in_use (path, pid > 0 ? pid : openers.pid, error);
  loop = find_loop (&openers.st, use);
  return loop == NULL ||
         vz_fail (error, VZ_ERROR_BUSY,
                  "'%s' is in use as the loop device %s ('losetup -d %s' detaches it)", path, loop,
                  loop);
}

gboolean
vz_file_fail_other_user (const char *path, int pid, GError **error)
{
  Openers openers = { .beside = pid };

  if (stat (path, &openers.st) == 0)
    find_openers (&openers);
  return fail_in_use (path, openers.pid, error);
}

/* Whether a line of fdinfo, such as "lock: 1: OFDLCK ADVISORY READ -1 fe:00:123 100 101", covers
 * this byte. */
static gboolean
is_lock_of_byte (const char *line, guint64 byte)
{
  const char *end = strrchr (line, ' ');
  const char *start = end != NULL ? g_strrstr_len (line, end - line, " ") : NULL;

  return g_str_has_prefix (line, "lock:") && start != NULL &&
         g_ascii_strtoull (start, NULL, 10) <= byte &&
         (g_str_equal (end, " EOF") || g_ascii_strtoull (end, NULL, 10) >= byte);
}

static gboolean
has_lock_of_byte (const char *info, guint64 byte)
{
  g_auto (GStrv) lines = g_strsplit (info, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (is_lock_of_byte (*line, byte))
      return TRUE;
  return FALSE;
}

typedef struct {
  char *file; /* as the kernel writes it in a line about a lock, NULL: unknown */
  guint count; /* of locks */
} Locks;

static void
count_locks (Locks *self, const char *info)
{
  g_auto (GStrv) lines = g_strsplit (info, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) words = g_strsplit (*line, " ", -1);
      guint n = g_strv_length (words);

      if (!g_str_has_prefix (*line, "lock:") || n < 3)
        continue;
      self->count++;
      if (self->file == NULL)
        self->file = g_strdup (words[n - 3]);
    }
}

/* The kernel lists all locks, but most without names. */
static gboolean
are_all_locks (const Locks *self)
{
  g_autofree char *text = NULL;
  g_autofree char *wanted = self->file != NULL ? g_strdup_printf (" %s ", self->file) : NULL;
  guint count = 0;

  if (wanted == NULL || !g_file_get_contents ("/proc/locks", &text, NULL, NULL))
    return TRUE;
  for (const char *at = strstr (text, wanted); at != NULL; at = strstr (at + 1, wanted))
    count++;
  return count <= self->count;
}

static gboolean
is_in_use_beside (int pid, Openers *openers)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/fd", pid);
  int directory VZ_AUTO_CLOSE = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GDir) dir = directory >= 0 ? g_dir_open (folder, 0, NULL) : NULL;
  g_autofree char *file = NULL;
  Locks locks = { NULL, 0 };
  const char *name;

  find_openers (openers);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *info = g_strdup_printf ("/proc/%d/fdinfo/%s", pid, name);
      g_autofree char *text = NULL;

      if (is_same (directory, name, &openers->st) && g_file_get_contents (info, &text, NULL, NULL))
        count_locks (&locks, text);
    }
  file = locks.file;
  return openers->is_written || !are_all_locks (&locks);
}

/* Here too, a lock that disappears by itself, as above, is checked again. */
gboolean
vz_file_check_other_users (const char *path, int pid, GError **error)
{
  gint64 deadline = vz_deadline_after (ENDING_TIMEOUT_MS);
  Openers openers = { .beside = pid };

  if (stat (path, &openers.st) != 0)
    return TRUE;
  while (is_in_use_beside (pid, &openers))
    {
      if (openers.is_written || vz_deadline_is_past (deadline))
        return fail_in_use (path, openers.pid, error);
      openers.pid = 0;
      vz_pause (ENDING_INTERVAL_MS, NULL, NULL);
    }
  return TRUE;
}

/* QEMU first declares that it writes. If it is not assured that nobody else does, it logs that and
 * continues. */
gboolean
vz_file_is_locked_for_writing (const char *path, int pid, gboolean alone)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/fd", pid);
  int directory VZ_AUTO_CLOSE = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GDir) dir = directory >= 0 ? g_dir_open (folder, 0, NULL) : NULL;
  gboolean is_known = FALSE;
  const char *name;
  struct stat st;

  if (stat (path, &st) != 0)
    return TRUE;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *info = g_strdup_printf ("/proc/%d/fdinfo/%s", pid, name);
      g_autofree char *text = NULL;

      if (!is_same (directory, name, &st) || !g_file_get_contents (info, &text, NULL, NULL))
        continue;
      is_known = TRUE;
      if (has_lock_of_byte (text, QEMU_WRITES) &&
          (!alone || has_lock_of_byte (text, QEMU_WRITES_ALONE)))
        return TRUE;
    }
  return !is_known;
}
