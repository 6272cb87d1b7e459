/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VZ_HTTP_UNKNOWN G_MAXUINT64

/* What vz reads from an answer's headers. They are untrusted: whatever is malformed or too long is
 * treated as absent, so the checks on the rest expose a server that lies. */
typedef struct {
  guint status; /* of the last status line; 0: none yet */
  char *etag; /* owned, as sent, with its quotes; NULL: none, or malformed */
  char *last_modified; /* owned; NULL: none */
  char *content_type; /* owned; NULL: none */
  guint64 content_length; /* VZ_HTTP_UNKNOWN: unspecified */
  gboolean encoded; /* the body has a Content-Encoding, so its length is not the file's */
  gboolean multiple; /* the body contains several ranges, which were not requested */
  gboolean has_range; /* a well-formed Content-Range of bytes: */
  guint64 first, last; /* inclusive */
  guint64 total; /* of the whole file; VZ_HTTP_UNKNOWN: unknown to the server */
  guint64 retry_after; /* seconds that the server asks to wait; 0: unspecified */
} VzHttpHeaders;

void vz_http_headers_init (VzHttpHeaders *self);
void vz_http_headers_clear (VzHttpHeaders *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzHttpHeaders, vz_http_headers_clear)

/* One header line, with or without its end. A status line begins a new answer: what was read from
 * an earlier one (a redirect, 100 Continue) is discarded. */
void vz_http_headers_add_line (VzHttpHeaders *self, const char *line, gsize size);

/* Only a strong validator proves that two answers have the same bytes. */
gboolean vz_http_etag_is_strong (const char *etag);

G_END_DECLS
