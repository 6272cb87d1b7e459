/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include "vsock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#define TIMEOUT_MS 60000

static int
open_socket (void)
{
  return socket (AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int
wait_for (int fd)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

  return poll (&poll_fd, 1, TIMEOUT_MS) == 1;
}

/* "vsock-call PORT TEXT": tells the host's listener, and says what it answers. */
static int
call_host (int out, unsigned int port, const char *text)
{
  struct sockaddr_vm address = { .svm_family = AF_VSOCK,
                                 .svm_cid = VMADDR_CID_HOST,
                                 .svm_port = port };
  char answer[100];
  int fd = open_socket ();
  ssize_t size = -1;

  if (fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) == 0 &&
      send (fd, text, strlen (text), MSG_NOSIGNAL) == (ssize_t) strlen (text) && wait_for (fd))
    size = recv (fd, answer, sizeof answer, 0);
  if (size > 0)
    dprintf (out, "answer %.*s\n", (int) size, answer);
  if (fd >= 0)
    close (fd);
  return size > 0;
}

/* "vsock-echo PORT": listens, says so, and sends everything back to the first who connects. */
static int
echo (int out, unsigned int port)
{
  struct sockaddr_vm address = { .svm_family = AF_VSOCK,
                                 .svm_cid = VMADDR_CID_ANY,
                                 .svm_port = port };
  static char data[65536];
  int listener = open_socket (), fd = -1, ok;
  ssize_t size = 0;

  ok = listener >= 0 && bind (listener, (struct sockaddr *) &address, sizeof address) == 0 &&
       listen (listener, 1) == 0;
  if (ok)
    dprintf (out, "listening\n");
  if (ok && wait_for (listener))
    fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  while (fd >= 0 && wait_for (fd) && (size = recv (fd, data, sizeof data, 0)) > 0)
    for (ssize_t sent = 0; sent < size;)
      {
        ssize_t n = send (fd, data + sent, (size_t) (size - sent), MSG_NOSIGNAL);

        if (n < 0)
          return 0;
        sent += n;
      }
  ok = fd >= 0 && size == 0;
  if (fd >= 0)
    close (fd);
  if (listener >= 0)
    close (listener);
  return ok;
}

int
vsock_obey (int out, const char *command, const char *argument)
{
  char *text = NULL;
  unsigned int port = argument != NULL ? (unsigned int) strtoul (argument, &text, 10) : 0;

  if (strcmp (command, "vsock-call") == 0 && text != NULL && *text == ' ')
    return call_host (out, port, text + 1);
  if (strcmp (command, "vsock-echo") == 0)
    return echo (out, port);
  return -1;
}
