/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest that takes its settings by Ignition, as far as vz can see it:
 *
 * ignition=applied    looks for the first boot's script in the configuration, says the mark in it
 *                     with status 0, as the script would at its end, and switches itself off
 * ignition=failed     the same with status 1
 * ignition=silent     shows the configuration, says nothing, and stays
 *
 * Only the first boot does, as with Ignition itself: there is a note of it on the disk. */
#define _GNU_SOURCE
#include "ignition.h"

#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FOLDER "/sys/firmware/qemu_fw_cfg/by_name/opt/"
#define DATA "data:;base64,"
#define MARK "vz-settings-"
#define MARK_LENGTH 44
#define NOTE_AT (1000 * 512) /* on the disk, where no partition is */
#define DEEPEST 4

static const char *const names[] = { "com.coreos/config", "org.flatcar-linux/config" };

static ssize_t
read_item (const char *name, char *text, size_t size)
{
  char path[200];
  ssize_t n, length = 0;
  int fd;

  snprintf (path, sizeof path, FOLDER "%s/raw", name);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  while ((n = read (fd, text + length, size - 1 - (size_t) length)) > 0)
    length += n;
  close (fd);
  text[length] = '\0';
  return length;
}

static int
digit (char c)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = c != '\0' ? strchr (digits, c) : NULL;

  return at != NULL ? (int) (at - digits) : -1;
}

/* In place; the text is not longer than what it is coded in. */
static char *
decode (char *coded)
{
  char *to = coded;
  unsigned value = 0, bits = 0;

  for (char *from = coded; digit (*from) >= 0; from++)
    {
      value = value << 6 | (unsigned) digit (*from);
      bits += 6;
      if (bits >= 8)
        {
          bits -= 8;
          *to++ = (char) (value >> bits & 0xff);
        }
    }
  *to = '\0';
  return coded;
}

/* Also in what one configuration has of another. */
static const char *
find_mark (char *text, int depth)
{
  const char *found = strstr (text, MARK);

  for (char *at = text; found == NULL && depth < DEEPEST && (at = strstr (at, DATA)) != NULL;)
    {
      char *copy = strdup (at + strlen (DATA));

      found = copy != NULL ? find_mark (decode (copy), depth + 1) : NULL;
      at += strlen (DATA);
    }
  return found;
}

int
ignition_show (int out)
{
  static char text[1 << 20];
  int shown = 0;

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (read_item (names[i], text, sizeof text) >= 0)
      {
        dprintf (out, "ignition: opt/%s is\n", names[i]);
        dprintf (out, "%s\nignition: end\n", text);
        shown = 1;
      }
  return shown;
}

static int
is_first_boot (void)
{
  static const char note[512] = "was here";
  char sector[512] = "";
  int disk = open ("/dev/vda", O_RDWR | O_CLOEXEC);
  int is_first = disk >= 0 && pread (disk, sector, sizeof sector, NOTE_AT) > 0 &&
                 memcmp (sector, note, sizeof note) != 0 &&
                 pwrite (disk, note, sizeof note, NOTE_AT) > 0 && fsync (disk) == 0;

  if (disk >= 0)
    close (disk);
  return is_first;
}

void
ignition_start (int out)
{
  static char text[1 << 20];
  const char *how = getenv ("ignition"), *mark = NULL;

  if (how == NULL || !is_first_boot ())
    return;
  ignition_show (out);
  if (read_item (names[0], text, sizeof text) >= 0)
    mark = find_mark (text, 0);
  if (mark == NULL || strcmp (how, "silent") == 0)
    return;
  dprintf (out, "\n%.*s %d as told\n", MARK_LENGTH, mark, strcmp (how, "failed") == 0);
  syscall (SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF, NULL);
}
