/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* install=poweroff    copies the stick to the disk and switches the machine off
 * install=restart     copies and restarts it
 * install=twice       restarts it, and copies and switches it off when it is there again
 * install=nothing     switches it off
 * install=wait        copies nothing and waits
 *
 * What is copied starts from the disk as it did from the stick.
 *
 * With a file /preseed.cfg it is an installer that asks nothing: it shows that file, the kernel's
 * options, and the script beside it with every '-' as '~', and does as "vz/test string HOW" in the
 * file says. Before it copies, it says that the settings were taken (or, with HOW "failed", were
 * not, or with "silent" nothing), as the script would. */
#define _GNU_SOURCE
#include "installing.h"

#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCK (1 << 20)
#define MARK_AT (1000 * 512) /* on the disk, which is blank otherwise */
#define STICK_SECONDS 60 /* until the kernel has found it */

static int
open_stick (void)
{
  for (int i = 0; i < STICK_SECONDS * 10; i++)
    {
      int fd = open ("/dev/sda", O_RDONLY | O_CLOEXEC);

      if (fd >= 0)
        return fd;
      usleep (100000);
    }
  return -1;
}

static int
copy (int disk)
{
  static char block[BLOCK];
  int stick = open_stick ();
  ssize_t n;

  while (stick >= 0 && (n = read (stick, block, sizeof block)) > 0)
    if (write (disk, block, (size_t) n) != n)
      return 0;
  return stick >= 0 && n == 0 && fsync (disk) == 0;
}

static void
show (int out, const char *path, char *text, size_t size, int is_script)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read (fd, text, size - 1) : -1;

  text[n > 0 ? n : 0] = '\0';
  dprintf (out, "install: %s is\n", path);
  for (const char *c = text; *c != '\0'; c++)
    dprintf (out, "%c", is_script && *c == '-' ? '~' : *c);
  dprintf (out, "install: end\n");
}

/* What it is to do; NULL: it is started by a person. */
static const char *
read_script (int out)
{
  static char text[1 << 16], script[1 << 16], options[4096], how[16];
  const char *asked, *mark;

  if (access ("/preseed.cfg", R_OK) != 0)
    return NULL;
  show (out, "/preseed.cfg", text, sizeof text, 0);
  show (out, "/vz-settings.sh", script, sizeof script, 1);
  show (out, "/proc/cmdline", options, sizeof options, 0);
  asked = strstr (text, "vz/test string ");
  if (asked == NULL || sscanf (asked, "vz/test string %15s", how) != 1)
    return NULL;
  mark = strstr (script, "vz-settings-");
  if (mark != NULL && strcmp (how, "silent") != 0)
    dprintf (out, "\n%.44s %d as told\n", mark, strcmp (how, "failed") == 0);
  return how;
}

static void
leave (int out, unsigned command)
{
  dprintf (out, "install: done\n");
  syscall (SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, command, NULL);
}

void
installing_start (int out)
{
  const char *told = read_script (out);
  const char *how = told != NULL ? told : getenv ("install");
  unsigned char sector[512] = { 0 }, mark[512] = "was here";
  int disk = how != NULL ? open ("/dev/vda", O_RDWR | O_CLOEXEC) : -1;

  if (disk < 0 || pread (disk, sector, sizeof sector, 0) != sizeof sector || sector[510] == 0x55)
    return;
  dprintf (out, "install: %s\n", how);
  if (strcmp (how, "wait") == 0)
    for (;;)
      pause ();
  if (strcmp (how, "nothing") == 0)
    leave (out, LINUX_REBOOT_CMD_POWER_OFF);
  if (strcmp (how, "twice") == 0 && pread (disk, sector, sizeof sector, MARK_AT) > 0 &&
      memcmp (sector, mark, sizeof mark) != 0 && pwrite (disk, mark, sizeof mark, MARK_AT) > 0 &&
      fsync (disk) == 0)
    leave (out, LINUX_REBOOT_CMD_RESTART);
  if (!copy (disk))
    dprintf (out, "install: failed\n");
  else
    leave (out,
           strcmp (how, "restart") == 0 ? LINUX_REBOOT_CMD_RESTART : LINUX_REBOOT_CMD_POWER_OFF);
}
