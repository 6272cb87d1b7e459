/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "activity.h"

#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define INTERVAL 10000 /* microseconds */
#define AGENT_NAME "org.qemu.guest_agent.0"

Activity *activity;

static void
count (void)
{
  for (;;)
    {
      activity->count++;
      usleep (INTERVAL);
    }
}

static void
exchange (int fd, int first)
{
  char byte = 'x';

  for (;;)
    {
      if ((first && write (fd, &byte, 1) != 1) || read (fd, &byte, 1) != 1 ||
          (!first && write (fd, &byte, 1) != 1))
        {
          activity->connection_lost = 1;
          exit (1);
        }
      if (!first)
        continue;
      activity->round_trips++;
      usleep (INTERVAL);
    }
}

static void
connect_to_itself (void)
{
  struct ifreq interface = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (7),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int listening = socket (AF_INET, SOCK_STREAM, 0);
  int fd;

  ioctl (listening, SIOCSIFFLAGS, &interface);
  if (bind (listening, (struct sockaddr *) &address, sizeof address) != 0 ||
      listen (listening, 1) != 0)
    {
      activity->connection_lost = 1;
      return;
    }
  if (fork () == 0)
    exchange (accept (listening, NULL, NULL), 0);
  if (fork () == 0)
    {
      fd = socket (AF_INET, SOCK_STREAM, 0);
      if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
        activity->connection_lost = 1;
      exchange (fd, 1);
    }
  close (listening);
}

static int
open_agent_port (void)
{
  DIR *dir = opendir ("/sys/class/virtio-ports");
  struct dirent *entry;
  int port = -1;

  while (dir != NULL && port < 0 && (entry = readdir (dir)) != NULL)
    {
      char path[600], name[64] = "";
      int fd;

      snprintf (path, sizeof path, "/sys/class/virtio-ports/%s/name", entry->d_name);
      fd = open (path, O_RDONLY);
      if (fd < 0 || read (fd, name, sizeof name - 1) <= 0)
        continue;
      close (fd);
      name[strcspn (name, "\n")] = '\0';
      snprintf (path, sizeof path, "/dev/%s", entry->d_name);
      if (strcmp (name, AGENT_NAME) == 0)
        port = open (path, O_RDWR);
    }
  if (dir != NULL)
    closedir (dir);
  return port;
}

static unsigned long long
number_after (const char *line, const char *key)
{
  const char *at = strstr (line, key);

  return at != NULL ? strtoull (at + strlen (key) + strspn (at + strlen (key), "\": "), NULL, 10)
                    : 0;
}

static void
answer (int port, const char *line)
{
  char text[128];
  struct timespec time;
  unsigned long long now;

  if (strstr (line, "guest-sync-delimited") != NULL)
    snprintf (text, sizeof text, "\xff{\"return\": %llu}\n", number_after (line, "\"id\""));
  else if (strstr (line, "guest-set-time") != NULL)
    {
      now = number_after (line, "\"time\"");
      time.tv_sec = (time_t) (now / 1000000000);
      time.tv_nsec = (long) (now % 1000000000);
      snprintf (text, sizeof text,
                clock_settime (CLOCK_REALTIME, &time) == 0
                  ? "{\"return\": {}}\n"
                  : "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\n");
    }
  else if (strstr (line, "guest-ping") != NULL)
    snprintf (text, sizeof text, "{\"return\": {}}\n");
  else
    snprintf (text, sizeof text,
              "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"unknown\"}}\n");
  if (write (port, text, strlen (text)) < 0)
    exit (1);
}

/* As much of a guest agent as keeps the clock right. */
static void
serve_agent (void)
{
  static char line[4096];
  size_t length = 0;
  int port = open_agent_port ();

  while (port >= 0)
    {
      unsigned char c;

      if (read (port, &c, 1) != 1)
        usleep (INTERVAL); /* nobody is connected */
      else if (c == 0xff)
        length = 0;
      else if (c == '\n')
        {
          line[length] = '\0';
          length = 0;
          answer (port, line);
        }
      else if (length < sizeof line - 1)
        line[length++] = (char) c;
    }
}

void
activity_start (void)
{
  activity =
    mmap (NULL, sizeof *activity, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fork () == 0)
    {
      count ();
      exit (1);
    }
  connect_to_itself ();
  /* What the kernel does not know of its command line is in our environment. */
  if (getenv ("agent") == NULL && fork () == 0)
    {
      serve_agent ();
      exit (1);
    }
}

void
activity_write_file (unsigned long megabytes)
{
  activity->writing = 1;
  activity->written = 0;
  if (fork () != 0)
    return;
  static char block[1 << 20];
  int fd = open ("/mnt/file", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  int ok = fd >= 0;

  memset (block, 'w', sizeof block);
  for (unsigned long i = 0; ok && i < megabytes; i++)
    {
      snprintf (block, 32, "megabyte %lu", i);
      ok = write (fd, block, sizeof block) == sizeof block;
    }
  ok = ok && fsync (fd) == 0 && close (fd) == 0;
  activity->written = ok ? 1 : -1;
  activity->writing = 0;
  exit (0);
}

int
activity_fill_memory (unsigned long megabytes)
{
  unsigned char *memory =
    mmap (NULL, megabytes << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned state = 1;

  if (memory == MAP_FAILED)
    return 0;
  for (size_t page = 0; page < megabytes << 8; page++)
    for (size_t i = 0; i < 4096; i += 4)
      {
        state = state * 1664525u + 1013904223u;
        /* Half of each page is noise, half is words that repeat. */
        *(unsigned *) (memory + page * 4096 + i) = i < 2048 ? state
                                                            : (unsigned) (page % 251) * 0x01010101u;
      }
  return 1;
}
