/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static gpointer
run (gpointer data)
{
  Peer *self = data;

  self->script (self->fd);
  shutdown (self->fd, SHUT_RDWR);
  return NULL;
}

int
peer_start (Peer *self, void (*script) (int fd))
{
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  self->fd = pair[0];
  self->script = script;
  self->thread = g_thread_new ("peer", run, self);
  return pair[1];
}

void
peer_join (Peer *self)
{
  g_thread_join (self->thread);
  close (self->fd);
}

char *
peer_read_line (int fd)
{
  GString *line = g_string_new (NULL);
  char byte;

  while (read (fd, &byte, 1) == 1)
    {
      if (byte == '\n')
        return g_string_free (line, FALSE);
      g_string_append_c (line, byte);
    }
  g_string_free (line, TRUE);
  return NULL;
}

void
peer_write (int fd, const char *text)
{
  gsize left = strlen (text);

  while (left > 0)
    {
      gssize n = send (fd, text, left, MSG_NOSIGNAL);

      if (n <= 0)
        return; /* the other end had enough */
      text += n;
      left -= (gsize) n;
    }
}

gint64
peer_id_of (const char *line)
{
  const char *at = strstr (line, "\"id\":");

  g_assert_nonnull (at);
  return g_ascii_strtoll (at + strlen ("\"id\":"), NULL, 10);
}

void
peer_answer (int fd, const char *line, const char *member)
{
  g_autofree char *text =
    g_strdup_printf ("{\"id\": %" G_GINT64_FORMAT ", %s}\r\n", peer_id_of (line), member);

  peer_write (fd, text);
}

void
peer_greet (int fd)
{
  g_autofree char *line = NULL;

  peer_write (fd, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n");
  line = peer_read_line (fd);
  if (line != NULL)
    peer_answer (fd, line, "\"return\": {}");
}
