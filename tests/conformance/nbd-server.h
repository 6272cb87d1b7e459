/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Real NBD servers, for a raw image or with certificates. */
typedef struct {
  char *folder;
  char *image; /* 4 MiB, created by server_new() */
  char *socket; /* for servers on a Unix socket */
  GSubprocess *process; /* NULL: none runs */
} Server;

/* NULL, with the test skipped, if the program is not installed. */
Server *server_new (const char *folder, const char *program);
void server_free (Server *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

/* `nbdkit` on the socket; returns once it listens. While a file @trigger exists, which may be NULL,
 * every request fails. */
void server_start_nbdkit (Server *self, const char *trigger);
/* `qemu-nbd` on the socket. */
void server_start_qemu_nbd (Server *self, gboolean read_only);
/* `nbdkit` on a port of 127.0.0.1, which is returned, with the folder's certificates. */
guint server_start_tls (Server *self, const char *certificates);
/* Without a chance to say goodbye. */
void server_kill (Server *self);
/* The URL of the export on the socket. */
char *server_dup_url (Server *self);

/* Creates an authority and a server certificate for "localhost" in the folder. */
void server_make_certificates (const char *folder);
