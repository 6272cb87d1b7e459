/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* The web server of the tests (see faults.py), with a folder of its own, for tests in C. */
typedef struct {
  char *folder;
  char *base; /* http://127.0.0.1:PORT */
  char *authority; /* with TLS: what $SSL_CERT_FILE has to name to trust it */
  GSubprocess *process;
  GDataInputStream *output;
} TestServer;

/* @tls: NULL, "right", "self-signed", "wrong-name" or "expired". */
void test_server_start (TestServer *self, const char *faults, const char *tls);
void test_server_stop (TestServer *self);

/* A file of @size bytes that look random, the same for the same @seed. */
GBytes *test_server_add_file (TestServer *self, const char *name, gsize size, guint32 seed);
void test_server_add_bytes (TestServer *self, const char *name, GBytes *bytes);

/* BASE/FAULTS/NAME */
char *test_server_url (TestServer *self, const char *path);

typedef struct {
  guint requests, connections;
  guint64 bytes; /* of bodies */
} TestServerStats;

TestServerStats test_server_get_stats (TestServer *self);
void test_server_forget (TestServer *self); /* counts anew */
