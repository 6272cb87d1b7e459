/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <curl/curl.h>
#include <gio/gio.h>

#include "transfer/vz-http-headers.h"

G_BEGIN_DECLS

/* Timeouts for a server that does not answer. */
#define VZ_HTTP_CONNECT_TIMEOUT_S 15L
#define VZ_HTTP_STALL_TIMEOUT_S 20L

/* TRUE for addresses that this part can read. */
gboolean vz_http_is_url (const char *text);

/* A libcurl handle with the settings of all vz transfers: only http and https, even after a
 * redirect, certificates verified, proxies from the environment, no endless waits. Headers go to
 * @headers, the reason for a failure to @message (CURL_ERROR_SIZE); both must outlive it. */
CURL *vz_http_handle_new (VzHttpHeaders *headers, char *message, GError **error);

/* "bytes=..." for @handle; an end before @first: to the end of the file. */
void vz_http_handle_set_range (CURL *handle, guint64 first, guint64 last);

/* Sets @error for a transfer that ended with @code: says whether it was name resolution, the
 * connection, TLS or a broken connection. Returns FALSE. */
gboolean vz_http_fail_transfer (GError **error, const char *url, CURL *handle, CURLcode code,
                                const char *message);

/* The same for a status other than the one requested. NOT_FOUND for 403, 404 and 410. */
gboolean vz_http_fail_status (GError **error, const char *url, guint status);

/* Whether the same request may well succeed later. */
gboolean vz_http_code_is_transient (CURLcode code);
gboolean vz_http_status_is_transient (guint status);

G_END_DECLS
