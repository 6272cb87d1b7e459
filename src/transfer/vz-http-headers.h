/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VZ_HTTP_UNKNOWN G_MAXUINT64

/* What vz reads of an answer's headers. They come from outside: whatever is malformed or too long
 * is as if it were not there, so a server that lies is found out by the checks on what is there. */
typedef struct {
  guint status; /* of the last status line; 0: none yet */
  char *etag; /* owned, as sent, with its quotes; NULL: none, or not well-formed */
  char *last_modified; /* owned; NULL: none */
  char *content_type; /* owned; NULL: none */
  guint64 content_length; /* VZ_HTTP_UNKNOWN: not said */
  gboolean encoded; /* the body has a Content-Encoding, so its length is not the file's */
  gboolean multiple; /* the body has several ranges in it, which nobody asked for */
  gboolean has_range; /* a well-formed Content-Range of bytes: */
  guint64 first, last; /* inclusive */
  guint64 total; /* of the whole file; VZ_HTTP_UNKNOWN: the server does not know */
  guint64 retry_after; /* seconds the server asks to wait; 0: does not say */
} VzHttpHeaders;

void vz_http_headers_init (VzHttpHeaders *self);
void vz_http_headers_clear (VzHttpHeaders *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzHttpHeaders, vz_http_headers_clear)

/* One line of the head, with or without its end. A status line begins a new answer: what was read
 * of an earlier one (a redirect, 100 Continue) is forgotten. */
void vz_http_headers_add_line (VzHttpHeaders *self, const char *line, gsize size);

/* Only a strong validator says that two answers are the same bytes. */
gboolean vz_http_etag_is_strong (const char *etag);

G_END_DECLS
