/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-block-device.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-file-users.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* How this works
 *
 * A block device opened with O_EXCL is claimed: from then on, the kernel lets nothing mount it,
 * swap to it, build another device on it or open it this way, and refuses us if any of this is
 * already the case; a disk and its partitions count as one. This does not keep out programs that
 * open it normally, so processes are checked too. */

guint64
vz_block_device_get_size (int fd)
{
  guint64 size = 0;
  struct stat st;

  return fstat (fd, &st) == 0 && S_ISBLK (st.st_mode) && ioctl (fd, BLKGETSIZE64, &size) == 0 ? size
                                                                                              : 0;
}

/* The numbers of the device and its partitions. */
static GArray *
list_numbers (dev_t device)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (dev_t));
  g_autofree char *folder =
    g_strdup_printf ("/sys/dev/block/%u:%u", major (device), minor (device));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_array_append_val (numbers, device);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, "dev", NULL);
      g_autofree char *text = NULL;
      unsigned int number[2];
      dev_t part;

      if (!g_file_get_contents (path, &text, NULL, NULL) ||
          sscanf (text, "%u:%u", &number[0], &number[1]) != 2)
        continue;
      part = makedev (number[0], number[1]);
      g_array_append_val (numbers, part);
    }
  return numbers;
}

static gboolean
has_number (GArray *numbers, dev_t device)
{
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, dev_t, i) == device)
      return TRUE;
  return FALSE;
}

static gboolean
is_file_of (GArray *numbers, const char *path)
{
  struct stat st;

  return stat (path, &st) == 0 && S_ISBLK (st.st_mode) && has_number (numbers, st.st_rdev);
}

/* Empty for a file that cannot be read. */
static GStrv
read_lines (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strsplit (text, "\n", -1)
                                                       : g_new0 (char *, 1);
}

/* Some file systems have a number of their own, and name only the device that they are on. */
static char *
describe_mount (GArray *numbers)
{
  g_auto (GStrv) lines = read_lines ("/proc/self/mountinfo");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      const char *rest = strstr (lines[i], " - ");
      g_auto (GStrv) more = g_strsplit (rest != NULL ? rest + 3 : "", " ", 3);
      unsigned int number[2];

      if (g_strv_length (words) < 5 || sscanf (words[2], "%u:%u", &number[0], &number[1]) != 2)
        continue;
      if (has_number (numbers, makedev (number[0], number[1])) ||
          (g_strv_length (more) > 1 && is_file_of (numbers, more[1])))
        {
          g_autofree char *place = g_strcompress (words[4]);

          return g_strdup_printf ("it is mounted at '%s'", place);
        }
    }
  return NULL;
}

static char *
describe_swap (GArray *numbers)
{
  g_auto (GStrv) lines = read_lines ("/proc/swaps");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      lines[i][strcspn (lines[i], " \t")] = '\0';
      if (is_file_of (numbers, lines[i]))
        return g_strdup ("this host uses it for swap");
    }
  return NULL;
}

/* Device mapper, RAID and the like. */
static char *
describe_holder (GArray *numbers)
{
  for (guint i = 0; i < numbers->len; i++)
    {
      dev_t number = g_array_index (numbers, dev_t, i);
      g_autofree char *folder =
        g_strdup_printf ("/sys/dev/block/%u:%u/holders", major (number), minor (number));
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

      if (name != NULL)
        return g_strdup_printf ("the device '%s' is on it", name);
    }
  return NULL;
}

/* NULL: no known use. */
static char *
describe_use (dev_t device)
{
  g_autoptr (GArray) numbers = list_numbers (device);
  char *use = describe_mount (numbers);

  if (use == NULL)
    use = describe_swap (numbers);
  return use != NULL ? use : describe_holder (numbers);
}

static gboolean
fail_in_use (const char *name, dev_t device, GError **error)
{
  g_autofree char *use = describe_use (device);

  if (use == NULL && !vz_file_check_other_users (name, getpid (), error))
    return FALSE; /* with the process */
  return vz_fail (error, VZ_ERROR_BUSY, "'%s' is in use: %s", name,
                  use != NULL ? use : "another program has exclusive use of it");
}

/* @name: of the file, which may no longer exist. */
static int
open_again (const char *name, int fd, gboolean read_only, const struct stat *st, GError **error)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  int again = open (link, (read_only ? O_RDONLY : O_RDWR) | O_EXCL | O_CLOEXEC);
  g_autofree char *use = NULL;

  if (again >= 0)
    return again;
  if (errno == EACCES || errno == EPERM)
    {
      use = describe_use (st->st_rdev);
      errno = EBUSY;
      if (use == NULL)
        again = fcntl (fd, F_DUPFD_CLOEXEC, 3);
    }
  if (again < 0 && errno == EBUSY)
    fail_in_use (name, st->st_rdev, error);
  else if (again < 0)
    vz_fail_errno (error, "cannot open the block device '%s'", name);
  return again;
}

int
vz_block_device_open (const char *path, int fd, gboolean read_only, GError **error)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *name = path != NULL ? g_strdup (path) : g_file_read_link (link, NULL);
  int mine VZ_AUTO_CLOSE = path != NULL ? open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
  int opened VZ_AUTO_CLOSE = -1;
  struct stat st;

  if (path != NULL && mine < 0)
    {
      vz_fail_errno (error, "cannot open '%s'", path);
      return -1;
    }
  if (fstat (path != NULL ? mine : fd, &st) != 0 || !S_ISBLK (st.st_mode))
    {
      vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "'%s' is not a block device",
               name != NULL ? name : link);
      return -1;
    }
  opened = open_again (name != NULL ? name : link, path != NULL ? mine : fd, read_only, &st, error);
  if (opened < 0 || (name != NULL && !vz_file_check_other_users (name, getpid (), error)))
    return -1;
  return g_steal_fd (&opened);
}
