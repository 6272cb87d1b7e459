/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clipboard.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How this works
 *
 * Messages go over the port in chunks. Whoever has copied something "grabs" the clipboard; the
 * other one requests the text when it wants it. Selection 0 is the clipboard, type 1 a text in
 * UTF-8. */

#define PORT_NAME "com.redhat.spice.0"
#define CHUNK_MAX 2048

enum { CLIPBOARD = 4, CAPABILITIES = 6, GRAB = 7, REQUEST = 8 };
enum { TEXT = 1 };
enum { CAN_GRAB = 1 << 5, CAN_SELECT = 1 << 6 };

typedef struct __attribute__ ((packed)) {
  uint32_t port;
  uint32_t size;
} Chunk;

typedef struct __attribute__ ((packed)) {
  uint32_t protocol;
  uint32_t type;
  uint64_t opaque;
  uint32_t size;
} Message;

static int port = -1;
static char *copied;

static int
write_all (const void *data, size_t size)
{
  const char *bytes = data;

  while (size > 0)
    {
      ssize_t n = write (port, bytes, size);

      if (n <= 0)
        return 0;
      bytes += n;
      size -= (size_t) n;
    }
  return 1;
}

static int
send_message (uint32_t type, const void *data, size_t size)
{
  static char buffer[sizeof (Message) + CLIPBOARD_MAX + 16];
  Message message = { .protocol = 1, .type = type, .size = (uint32_t) size };
  size_t total = sizeof message + size;

  memcpy (buffer, &message, sizeof message);
  memcpy (buffer + sizeof message, data, size);
  for (size_t done = 0; done < total;)
    {
      size_t part = total - done < CHUNK_MAX ? total - done : CHUNK_MAX;
      Chunk chunk = { .port = 1, .size = (uint32_t) part };

      if (!write_all (&chunk, sizeof chunk) || !write_all (buffer + done, part))
        return 0;
      done += part;
    }
  return 1;
}

static int
find_port (char *path, size_t size)
{
  DIR *dir = opendir ("/sys/class/virtio-ports");
  struct dirent *entry;
  int found = 0;

  while (dir != NULL && !found && (entry = readdir (dir)) != NULL)
    {
      char name[64] = "";
      FILE *file;

      snprintf (path, size, "/sys/class/virtio-ports/%.200s/name", entry->d_name);
      file = fopen (path, "re");
      if (file != NULL && fgets (name, sizeof name, file) != NULL)
        found = strncmp (name, PORT_NAME, strlen (PORT_NAME)) == 0;
      if (file != NULL)
        fclose (file);
      snprintf (path, size, "/dev/%.200s", entry->d_name);
    }
  if (dir != NULL)
    closedir (dir);
  return found;
}

static int
announce (uint32_t wants_answer)
{
  uint32_t data[] = { wants_answer, CAN_GRAB | CAN_SELECT };

  return send_message (CAPABILITIES, data, sizeof data);
}

int
clipboard_open (void)
{
  char path[256];

  if (port < 0 && find_port (path, sizeof path))
    {
      port = open (path, O_RDWR | O_CLOEXEC);
      if (port >= 0)
        announce (1);
    }
  return port;
}

int
clipboard_copy (const char *text)
{
  uint32_t data[] = { 0, TEXT };

  if (port < 0)
    return 0;
  free (copied);
  copied = strdup (text);
  return send_message (GRAB, data, sizeof data);
}

static void
answer_request (void)
{
  static char data[8 + CLIPBOARD_MAX];
  uint32_t head[] = { 0, TEXT };
  size_t size = copied != NULL ? strnlen (copied, CLIPBOARD_MAX) : 0;

  memcpy (data, head, sizeof head);
  if (size > 0)
    memcpy (data + sizeof head, copied, size);
  send_message (CLIPBOARD, data, sizeof head + size);
}

/* @data: what follows the message's head; it may be written to. */
static const char *
handle (const Message *message, char *data, size_t *size)
{
  uint32_t request[] = { 0, TEXT };

  if (message->type == CAPABILITIES && message->size >= 4 && data[0] != 0)
    announce (0);
  else if (message->type == GRAB)
    send_message (REQUEST, request, sizeof request);
  else if (message->type == REQUEST)
    answer_request ();
  else if (message->type == CLIPBOARD && message->size >= 8)
    {
      data[message->size] = '\0';
      *size = message->size - 8;
      return data + 8;
    }
  return NULL;
}

static int
read_all (void *data, size_t size)
{
  char *bytes = data;

  while (size > 0)
    {
      ssize_t n = read (port, bytes, size);

      if (n <= 0)
        return 0;
      bytes += n;
      size -= (size_t) n;
    }
  return 1;
}

const char *
clipboard_receive (size_t *size)
{
  static char buffer[sizeof (Message) + CLIPBOARD_MAX + 16];
  static size_t length;
  Message message;
  Chunk chunk;

  if (!read_all (&chunk, sizeof chunk) || chunk.size > sizeof buffer - 1 - length ||
      !read_all (buffer + length, chunk.size))
    {
      close (port);
      port = -1;
      length = 0;
      return NULL;
    }
  length += chunk.size;
  if (length < sizeof message)
    return NULL;
  memcpy (&message, buffer, sizeof message);
  if (length < sizeof message + message.size)
    return NULL;
  length = 0;
  return handle (&message, buffer + sizeof message, size);
}
