/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first and only process of the small guest.
 *
 * It loads the modules that the initramfs brings, says READY on the serial console, and then obeys
 * one command a line there; every answer ends with a line "ok" or "error". It powers off when the
 * power button is pressed, as a guest with a daemon for it would. Statically linked, nothing else
 * is in the guest, so that a boot takes about three seconds under TCG. */
#include "activity.h"
#include "clipboard.h"
#include "devices.h"
#include "ignition.h"
#include "installing.h"
#include "network.h"
#include "shares.h"
#include "sound.h"
#include "translation.h"
#include "vsock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <linux/reboot.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define MAX_INPUTS 8

static int tells_releases;
static int console = -1;

static void
say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vdprintf (console, format, args);
  va_end (args);
}

static void
load_modules (void)
{
  FILE *list = fopen ("/modules/list", "re");
  char name[256], path[300];

  while (list != NULL && fgets (name, sizeof name, list) != NULL)
    {
      int fd;

      name[strcspn (name, "\n")] = '\0';
      snprintf (path, sizeof path, "/modules/%s", name);
      fd = open (path, O_RDONLY | O_CLOEXEC);
      if (fd < 0 || (syscall (SYS_finit_module, fd, "", 0) != 0 && errno != EEXIST))
        say ("module %s: %s\n", name, strerror (errno));
      if (fd >= 0)
        close (fd);
    }
  if (list != NULL)
    fclose (list);
}

/* Prints a file's text without the newline at its end; a missing file prints "-". */
static void
print_file (const char *label, const char *path)
{
  char text[256];
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;

  text[size > 0 ? size : 0] = '\0';
  text[strcspn (text, "\n")] = '\0';
  say ("%s %s\n", label, size > 0 ? text : "-");
  if (fd >= 0)
    close (fd);
}

/* One line "<entry> <text of folder/entry/file>" for each entry of a folder of sysfs. */
static void
print_each (const char *folder, const char *file)
{
  DIR *dir = opendir (folder);
  struct dirent *entry;
  char path[600];

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      if (entry->d_name[0] == '.')
        continue;
      snprintf (path, sizeof path, "%s/%s/%s", folder, entry->d_name, file);
      print_file (entry->d_name, path);
    }
  if (dir != NULL)
    closedir (dir);
}

/* Writes and reads back a block of the first disk, through to the disk. */
static int
write_disk (const char *text)
{
  char block[512] = "", back[512];
  int fd = open ("/dev/vda", O_RDWR | O_CLOEXEC | O_SYNC);
  int ok;

  snprintf (block, sizeof block, "%s", text);
  ok = fd >= 0 && pwrite (fd, block, sizeof block, 0) == sizeof block && fsync (fd) == 0 &&
       pread (fd, back, sizeof back, 0) == sizeof back && memcmp (block, back, sizeof block) == 0;
  if (fd >= 0)
    close (fd);
  return ok;
}

static void
panic_kernel (void)
{
  int fd = open ("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write (fd, "c", 1) != 1)
    say ("error\n");
}

static void
power_off (void)
{
  say ("powering off\n");
  sync ();
  syscall (SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF, NULL);
}

/* "count N", "round-trips N" or "connection lost", "clock SECONDS.MILLISECONDS" */
static void
report (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  say ("count %lu\n", activity->count);
  if (activity->connection_lost)
    say ("connection lost\n");
  else
    say ("round-trips %lu\n", activity->round_trips);
  say ("clock %lld.%03ld\n", (long long) now.tv_sec, now.tv_nsec / 1000000);
}

/* The commands about memory and a file system; -1: it is none of them. */
static int
obey_storage (const char *command, const char *argument)
{
  unsigned long number = argument != NULL ? strtoul (argument, NULL, 10) : 0;

  if (strcmp (command, "fill") == 0)
    return activity_fill_memory (number);
  if (strcmp (command, "mount") == 0)
    {
      mkdir ("/mnt", 0755);
      return mount ("/dev/vda", "/mnt", "ext4", 0, "errors=remount-ro") == 0;
    }
  if (strcmp (command, "umount") == 0)
    return umount ("/mnt") == 0;
  if (strcmp (command, "write-file") == 0)
    activity_write_file (number);
  else if (strcmp (command, "written") == 0)
    say ("written %s\n", activity->writing ? "not yet" : activity->written > 0 ? "well" : "badly");
  else
    return -1;
  return 1;
}

/* What the guest is asked about itself; -1: no such question. */
static int
obey_question (const char *line)
{
  if (strcmp (line, "report") == 0)
    report ();
  else if (strcmp (line, "uuid") == 0)
    print_file ("uuid", "/sys/class/dmi/id/product_uuid");
  else if (strcmp (line, "serials") == 0)
    print_each ("/sys/block", "serial");
  else if (strcmp (line, "macs") == 0)
    print_each ("/sys/class/net", "address");
  else if (strcmp (line, "mtus") == 0)
    print_each ("/sys/class/net", "mtu");
  else if (strcmp (line, "carriers") == 0)
    print_each ("/sys/class/net", "carrier");
  else if (strcmp (line, "modes") == 0)
    print_each ("/sys/class/drm", "modes");
  else if (strcmp (line, "inputs") == 0)
    print_each ("/sys/class/input", "name");
  else if (strcmp (line, "cpuinfo") == 0)
    print_file ("online", "/sys/devices/system/cpu/online");
  else if (strcmp (line, "size") == 0)
    print_file ("size", "/sys/block/vda/size");
  else if (strcmp (line, "memory") == 0)
    print_file ("memory", "/proc/meminfo"); /* its first line: MemTotal */
  else
    return -1;
  return 1;
}

static int
obey_other (const char *line, const char *argument)
{
  if (strcmp (line, "echo") == 0)
    say ("%s\n", argument);
  else if (strcmp (line, "releases") == 0) /* from now on */
    tells_releases = 1;
  else if (strcmp (line, "copy") == 0)
    return clipboard_copy (argument) != 0;
  else if (strcmp (line, "write") == 0)
    return write_disk (argument) != 0;
  else if (strcmp (line, "ignition") == 0)
    return ignition_show (console);
  else if (strcmp (line, "panic") == 0)
    panic_kernel ();
  else if (strcmp (line, "poweroff") == 0)
    power_off ();
  else
    return *line == '\0';
  return 1;
}

static void
obey (char *line)
{
  char *argument = strchr (line, ' ');
  int done;

  if (argument != NULL)
    *argument++ = '\0';
  done = obey_storage (line, argument);
  if (done < 0)
    done = devices_obey (console, line, argument);
  if (done < 0)
    done = shares_obey (console, line, argument);
  if (done < 0)
    done = network_obey (console, line, argument);
  if (done < 0)
    done = sound_obey (console, line, argument);
  if (done < 0)
    done = translation_obey (console, line, argument);
  if (done < 0)
    done = vsock_obey (console, line, argument);
  if (done < 0)
    done = obey_question (line);
  if (done < 0)
    done = obey_other (line, argument != NULL ? argument : "");
  say (done > 0 ? "ok\n" : "error\n");
}

static int
open_inputs (struct pollfd *fds)
{
  char path[64];
  int count = 0;

  for (int i = 0; i < MAX_INPUTS; i++)
    {
      snprintf (path, sizeof path, "/dev/input/event%d", i);
      fds[count].fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
      fds[count].events = POLLIN;
      if (fds[count].fd >= 0)
        count++;
    }
  return count;
}

static void
read_input (int fd)
{
  struct input_event event;

  while (read (fd, &event, sizeof event) == sizeof event)
    {
      if (event.type != EV_KEY || event.value > 1)
        continue;
      if (event.value == 0)
        {
          if (tells_releases)
            say ("up %u\n", event.code);
        }
      else if (event.code == KEY_POWER)
        power_off ();
      else
        say ("key %u\n", event.code);
    }
}

static void
set_up (void)
{
  struct termios mode;

  mkdir ("/proc", 0755);
  mkdir ("/sys", 0755);
  mkdir ("/dev", 0755);
  mount ("proc", "/proc", "proc", 0, NULL);
  mount ("sysfs", "/sys", "sysfs", 0, NULL);
  mount ("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  console = open ("/dev/console", O_RDWR | O_CLOEXEC);
  if (tcgetattr (console, &mode) == 0)
    {
      mode.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (console, TCSANOW, &mode);
    }
  load_modules ();
}

/* "clipboard SIZE TEXT" when a text was copied on the other side; SIZE counts every byte that
 * came */
static void
read_clipboard (struct pollfd *clipboard)
{
  size_t size = 0;
  const char *text = clipboard_receive (&size);

  if (text != NULL)
    say ("clipboard %zu %.100s\n", size, text);
  clipboard->fd = clipboard_open ();
}

int
main (void)
{
  struct pollfd fds[MAX_INPUTS + 2];
  static char line[256];
  size_t length = 0;
  int inputs;

  set_up ();
  installing_start (console);
  ignition_start (console);
  activity_start ();
  fds[0] = (struct pollfd){ .fd = console, .events = POLLIN };
  fds[1] = (struct pollfd){ .fd = clipboard_open (), .events = POLLIN };
  inputs = open_inputs (fds + 2);
  say ("READY\n");
  for (;;)
    {
      char c;

      poll (fds, (nfds_t) inputs + 2, -1);
      if (fds[1].revents & POLLIN)
        read_clipboard (&fds[1]);
      for (int i = 2; i < inputs + 2; i++)
        if (fds[i].revents & POLLIN)
          read_input (fds[i].fd);
      if ((fds[0].revents & POLLIN) == 0 || read (console, &c, 1) != 1)
        continue;
      if (c == '\n' || c == '\r')
        {
          line[length] = '\0';
          length = 0;
          obey (line);
        }
      else if (length < sizeof line - 1)
        line[length++] = c;
    }
}
