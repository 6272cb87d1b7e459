/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include "shares.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CREDENTIAL "io.systemd.credential.binary:fstab.extra="
#define GUEST_USER 1000

static int kept = -1; /* a file that stays open between commands */

static int
value_of (char c)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = c != '\0' ? strchr (digits, c) : NULL;

  return at != NULL ? (int) (at - digits) : -1;
}

static void
decode (const char *from, char *to)
{
  unsigned bits = 0, n = 0;

  for (; value_of (*from) >= 0; from++)
    {
      bits = bits << 6 | (unsigned) value_of (*from);
      n += 6;
      if (n >= 8)
        *to++ = (char) (bits >> (n -= 8));
    }
  *to = '\0';
}

/* "nofail" and "x-..." are systemd's, all else the kernel's. */
static int
mount_line (const char *line)
{
  char tag[64], place[64], type[16], options[200], data[200] = "";
  char *rest = options, *word;
  int flags = 0;

  if (sscanf (line, "%63s %63s %15s %199s", tag, place, type, options) != 4)
    return 0;
  while ((word = strsep (&rest, ",")) != NULL)
    if (strcmp (word, "ro") == 0)
      flags |= MS_RDONLY;
    else if (strcmp (word, "nofail") != 0 && strncmp (word, "x-", 2) != 0)
      snprintf (data + strlen (data), sizeof data - strlen (data), "%s%s", *data != '\0' ? "," : "",
                word);
  mkdir ("/mnt", 0755);
  mkdir (place, 0755);
  return mount (tag, place, type, (unsigned long) flags, data) == 0;
}

/* What vz has told the guest's systemd to mount. */
static int
mount_all (void)
{
  static char tables[65536], text[65536];
  int fd = open ("/sys/firmware/dmi/tables/DMI", O_RDONLY | O_CLOEXEC);
  ssize_t size = fd >= 0 ? read (fd, tables, sizeof tables) : -1;
  char *at = size > 0 ? memmem (tables, (size_t) size, CREDENTIAL, strlen (CREDENTIAL)) : NULL;
  char *rest, *line;
  int ok = at != NULL;

  if (fd >= 0)
    close (fd);
  if (at == NULL)
    return 0;
  decode (at + strlen (CREDENTIAL), text);
  for (rest = text; (line = strsep (&rest, "\n")) != NULL;)
    ok = ok && (*line == '\0' || mount_line (line));
  return ok;
}

/* "got N": what one can read of the open file from its beginning, in steps that reach behind its
 * end. */
static int
read_kept (int out)
{
  static char data[200000];
  off_t total = 0;
  ssize_t n;

  while ((n = pread (kept, data, sizeof data, total)) > 0)
    total += n;
  dprintf (out, "got %lld\n", (long long) total);
  return n == 0 || errno == ESTALE;
}

/* The file below a name that is open is replaced by a longer one. */
static int
replace_open (int out, const char *path)
{
  char other[300];
  int fd, ok;

  snprintf (other, sizeof other, "%s.new", path);
  fd = open (path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  ok = write (fd, "old\n", 4) == 4;
  close (fd);
  kept = open (path, O_RDONLY);
  fd = open (other, O_RDWR | O_CREAT | O_TRUNC, 0644);
  ok = ok && write (fd, "newnew\n", 7) == 7;
  close (fd);
  return ok && rename (other, path) == 0 && read_kept (out);
}

/* What SQLite and linkers need: a mapping whose changes are the file's. */
static int
map_shared (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  char *map = MAP_FAILED, back[6] = "";

  if (fd >= 0 && ftruncate (fd, 65536) == 0)
    map = mmap (NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED)
    return 0;
  memcpy (map + 40000, "hello", 5);
  if (msync (map, 65536, MS_SYNC) != 0 || pread (fd, back, 5, 40000) != 5)
    return 0;
  munmap (map, 65536);
  close (fd);
  return strcmp (back, "hello") == 0;
}

/* "file SIZE MODE UID MTIME TEXT", or "none" */
static int
look (int out, const char *path)
{
  char text[64] = "";
  struct stat status;
  int fd;

  if (stat (path, &status) != 0)
    {
      dprintf (out, "file none\n");
      return 1;
    }
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0 && read (fd, text, sizeof text - 1) < 0)
    text[0] = '\0';
  if (fd >= 0)
    close (fd);
  text[strcspn (text, "\n")] = '\0';
  dprintf (out, "file %lld %o %u %lld %s\n", (long long) status.st_size, status.st_mode & 07777u,
           status.st_uid, (long long) status.st_mtime, text);
  return 1;
}

/* As the guest's user, who is not root. */
static int
write_as_user (const char *path, const char *text)
{
  int fd, ok;

  setfsgid (GUEST_USER);
  setfsuid (GUEST_USER);
  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ok = fd >= 0 && write (fd, text, strlen (text)) == (ssize_t) strlen (text);
  if (fd >= 0)
    close (fd);
  setfsuid (0);
  setfsgid (0);
  return ok;
}

/* What the host has in "/mnt/host" becomes the root of a program, with the folder below as its
 * "/mnt". */
static int
enter_host (const char *folder)
{
  return mount (folder, "/mnt/host/mnt", NULL, MS_BIND, NULL) == 0 &&
         mount ("proc", "/mnt/host/proc", "proc", 0, NULL) == 0 &&
         mount ("devtmpfs", "/mnt/host/dev", "devtmpfs", 0, NULL) == 0 &&
         mount ("tmpfs", "/mnt/host/tmp", "tmpfs", 0, "mode=1777") == 0;
}

/* A script of the folder's, run by the host's shell and programs as the guest's user. Its output is
 * in "log". */
static int
run_script (int out, const char *name)
{
  char *const environment[] = { "HOME=/tmp", "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C",
                                NULL };
  int status = -1;
  pid_t pid = fork ();

  if (pid == 0)
    {
      int log;

      if (chroot ("/mnt/host") != 0 || chdir ("/mnt") != 0 || setgroups (0, NULL) != 0 ||
          setgid (GUEST_USER) != 0 || setuid (GUEST_USER) != 0 ||
          (log = open ("log", O_WRONLY | O_CREAT | O_TRUNC, 0644)) < 0 || dup2 (log, 1) < 0 ||
          dup2 (log, 2) < 0)
        _exit (126);
      execle ("/bin/sh", "sh", name, NULL, environment);
      _exit (127);
    }
  while (pid > 0 && waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  dprintf (out, "script ended with %d\n", WIFEXITED (status) ? WEXITSTATUS (status) : -1);
  return pid > 0;
}

/* What 9P cannot do: a deleted file that is open gets another length. */
static int
truncate_deleted (int out, const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  int ok = fd >= 0 && write (fd, "some text", 9) == 9 && unlink (path) == 0;

  dprintf (out, "truncated %s\n", ftruncate (fd, 4) == 0 ? "well" : strerror (errno));
  if (fd >= 0)
    close (fd);
  return ok;
}

/* "PATH AT TEXT": some bytes within a file, which may not fill a page. */
static int
poke (const char *path, const char *argument)
{
  char text[64] = "";
  long at = 0;
  int fd = open (path, O_RDWR), ok;

  if (fd < 0 || sscanf (argument, "%ld %63s", &at, text) != 2)
    return 0;
  ok = pwrite (fd, text, strlen (text), at) == (ssize_t) strlen (text) && fsync (fd) == 0;
  close (fd);
  return ok;
}

int
shares_obey (int out, const char *command, const char *argument)
{
  char path[200];
  int at = 0;

  if (strcmp (command, "share-mount") == 0)
    return mount_all ();
  if (strcmp (command, "share-mount-line") == 0)
    return argument != NULL && mount_line (argument);
  if (strncmp (command, "share-", 6) != 0 || argument == NULL ||
      sscanf (argument, "%199s %n", path, &at) != 1)
    return -1;
  if (strcmp (command, "share-open") == 0)
    return (kept = open (path, O_RDONLY)) >= 0;
  if (strcmp (command, "share-read") == 0)
    return read_kept (out);
  if (strcmp (command, "share-replace") == 0)
    return replace_open (out, path);
  if (strcmp (command, "share-enter") == 0)
    return enter_host (path);
  if (strcmp (command, "share-run") == 0)
    return run_script (out, path);
  if (strcmp (command, "share-truncate") == 0)
    return truncate_deleted (out, path);
  if (strcmp (command, "share-map") == 0)
    return map_shared (path);
  if (strcmp (command, "share-look") == 0)
    return look (out, path);
  if (strcmp (command, "share-write") == 0)
    return write_as_user (path, argument + at);
  if (strcmp (command, "share-poke") == 0)
    return poke (path, argument + at);
  if (strcmp (command, "share-delete") == 0)
    return unlink (path) == 0;
  if (strcmp (command, "share-mode") == 0)
    return chmod (path, (mode_t) strtoul (argument + at, NULL, 8)) == 0;
  return strcmp (command, "share-rename") == 0 ? rename (path, argument + at) == 0 : -1;
}
