/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "transfer/vz-http-headers.h"

G_BEGIN_DECLS

/* Fetches small things over HTTP, one after another, over persistent connections: a catalog, an
 * archive's release file, ranges of a restore image. Whole images are for VzDownload.
 *
 * Honours the proxies of the environment (http_proxy, https_proxy, all_proxy, no_proxy) and
 * verifies TLS, with the authorities in the file $SSL_CERT_FILE if set. A temporary failure of a
 * server (status 5xx or 429, a broken connection) is retried twice. To be used by one thread at a
 * time. */
typedef struct _VzHttpClient VzHttpClient;

/* All zeros requests the whole file. With @length, @offset or @suffix it is a range. */
typedef struct {
  guint64 offset;
  guint64 length; /* bytes from @offset; 0: all of them */
  guint64 suffix; /* instead of these two: the last so many bytes, or all if fewer */
  const char *if_none_match; /* NULL, or the ETag of an existing copy: the answer may be 304 */
  const char *if_modified_since; /* NULL, or its Last-Modified */
  guint64 limit; /* maximum bytes of body, after decompression; 0: @length or @suffix */
} VzHttpRequest;

typedef struct {
  guint status; /* 200; 206 for a range; 304 if the existing copy is still the newest */
  char *url; /* owned: where it was found, after redirects */
  char *etag; /* owned, with its quotes; NULL: none */
  char *last_modified; /* owned; NULL: none */
  guint64 offset; /* of the first byte of the body */
  guint64 total; /* bytes of the whole file; VZ_HTTP_UNKNOWN */
} VzHttpResponse;

void vz_http_response_clear (VzHttpResponse *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzHttpResponse, vz_http_response_clear)

VzHttpClient *vz_http_client_new (void);
void vz_http_client_free (VzHttpClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzHttpClient, vz_http_client_free)

/* The body; empty with status 304. @request NULL: everything, at most VZ_HTTP_LIMIT bytes. A range
 * is returned as requested, shorter only where the file ends; if a server answers a range with the
 * whole file or with another range, this is an error, and nothing of what it sent is returned.
 * @ret_response may be NULL; it is written only on success. NOT_FOUND if the server says so (403,
 * 404, 410); NETWORK_ERROR for the rest, whose message says which: name resolution, connection,
 * TLS, HTTP status, range. */
GBytes *vz_http_client_get (VzHttpClient *self, const char *url, const VzHttpRequest *request,
                            VzHttpResponse *ret_response, GCancellable *cancellable,
                            GError **error);

#define VZ_HTTP_LIMIT (64 * 1024 * 1024)

G_END_DECLS
