/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The other end of a connection, driven line by line from a thread of the test: a QEMU or a guest
 * agent that may misbehave. */
typedef struct {
  int fd;
  GThread *thread;
  void (*script) (int fd);
} Peer;

/* Starts @script on one end of a socket pair; returns the other. */
int peer_start (Peer *self, void (*script) (int fd));
/* Waits for the script's end and closes its socket. */
void peer_join (Peer *self);

/* For scripts. */
char *peer_read_line (int fd); /* NULL at the end of the stream */
void peer_write (int fd, const char *text);
void peer_greet (int fd); /* QMP's greeting and the answer to qmp_capabilities */
gint64 peer_id_of (const char *line); /* of a QMP command */
void peer_answer (int fd, const char *line, const char *member); /* {"id": ..., member} */
