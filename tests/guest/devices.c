/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include "devices.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096
#define ANSWER_TIMEOUT_MS 60000

/* "entries N": how many of a folder fit the pattern, as in "/sys/block sd*" */
static int
count_entries (int out, const char *argument)
{
  char folder[200], pattern[50];
  struct dirent *entry;
  int count = 0;
  DIR *dir;

  if (sscanf (argument, "%199s %49s", folder, pattern) != 2)
    return 0;
  dir = opendir (folder);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    count += entry->d_name[0] != '.' && fnmatch (pattern, entry->d_name, 0) == 0;
  if (dir != NULL)
    closedir (dir);
  dprintf (out, "entries %d\n", count);
  return 1;
}

/* Writes the text to the start of the disk and of its second MiB, flushes, and reads both back from
 * the device and not from this kernel's memory. */
static int
use_disk (const char *name, const char *text)
{
  static char block[BLOCK] __attribute__ ((aligned (BLOCK))),
    back[BLOCK] __attribute__ ((aligned (BLOCK)));
  static const off_t places[] = { 0, 1 << 20 };
  char path[300];
  int fd, ok = 1;

  snprintf (path, sizeof path, "/dev/%s", name);
  snprintf (block, sizeof block, "%s", text);
  /* A disk that has just come has its file a moment before it can be opened. */
  for (int i = 0; (fd = open (path, O_RDWR | O_CLOEXEC | O_DIRECT)) < 0 && errno == ENXIO &&
                  i < ANSWER_TIMEOUT_MS / 100;
       i++)
    usleep (100 * 1000);
  for (int i = 0; fd >= 0 && i < 2; i++)
    ok = ok && pwrite (fd, block, sizeof block, places[i]) == sizeof block;
  ok = ok && fd >= 0 && fsync (fd) == 0;
  for (int i = 0; fd >= 0 && i < 2; i++)
    ok = ok && pread (fd, back, sizeof back, places[i]) == sizeof back &&
         memcmp (block, back, sizeof back) == 0;
  if (fd >= 0)
    close (fd);
  return ok;
}

/* The file of a port by its name ("org.example"), or of a console ("hvc0"). */
static void
find_port (const char *name, char *path, size_t size)
{
  DIR *dir = opendir ("/sys/class/virtio-ports");
  struct dirent *entry;

  snprintf (path, size, "/dev/%s", name);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      char file[400], found[300] = "";
      FILE *text;

      snprintf (file, sizeof file, "/sys/class/virtio-ports/%s/name", entry->d_name);
      text = fopen (file, "re");
      if (text != NULL && fgets (found, sizeof found, text) != NULL)
        found[strcspn (found, "\n")] = '\0';
      if (text != NULL)
        fclose (text);
      if (strcmp (found, name) == 0)
        snprintf (path, size, "/dev/%s", entry->d_name);
    }
  if (dir != NULL)
    closedir (dir);
}

/* Writes the text as a line; with @wait reads a line before that and says it: "heard TEXT". */
static int
use_port (int out, const char *name, const char *text, int wait)
{
  char path[400], line[300];
  size_t length = 0;
  struct pollfd port;

  find_port (name, path, sizeof path);
  port = (struct pollfd){ .fd = open (path, O_RDWR | O_CLOEXEC | O_NOCTTY), .events = POLLIN };
  if (port.fd < 0)
    return 0;
  while (wait && length < sizeof line - 1 && poll (&port, 1, ANSWER_TIMEOUT_MS) > 0 &&
         read (port.fd, line + length, 1) == 1 && line[length] != '\n' && line[length] != '\r')
    length++;
  line[length] = '\0';
  if (wait)
    dprintf (out, "heard %s\n", line);
  length = (size_t) snprintf (line, sizeof line, "%s\n", text);
  length = write (port.fd, line, length) == (ssize_t) length;
  close (port.fd);
  return (int) length;
}

static int
wait_for (const char *path)
{
  for (int i = 0; i < ANSWER_TIMEOUT_MS / 100 && access (path, F_OK) != 0; i++)
    usleep (100 * 1000);
  return access (path, F_OK) == 0;
}

int
devices_obey (int out, const char *command, const char *argument)
{
  char name[200];
  int at = 0;

  if (strcmp (command, "count-entries") == 0)
    return argument != NULL && count_entries (out, argument);
  if (strcmp (command, "wait-for") == 0)
    return argument != NULL && wait_for (argument);
  if (strcmp (command, "use-disk") != 0 && strcmp (command, "say-port") != 0 &&
      strcmp (command, "ask-port") != 0)
    return -1;
  if (argument == NULL || sscanf (argument, "%199s %n", name, &at) != 1)
    return 0;
  if (strcmp (command, "use-disk") == 0)
    return use_disk (name, argument + at);
  return use_port (out, name, argument + at, strcmp (command, "ask-port") == 0);
}
