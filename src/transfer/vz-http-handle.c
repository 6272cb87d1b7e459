/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-http-handle.h"

#include "config.h"
#include "foundation/host/vz-host.h"
#include "foundation/vz-fail.h"

#define MAX_REDIRECTS 10L

gboolean
vz_http_is_url (const char *text)
{
  return g_ascii_strncasecmp (text, "http://", 7) == 0 ||
         g_ascii_strncasecmp (text, "https://", 8) == 0;
}

static gsize
on_header (char *line, gsize size, gsize count, gpointer user_data)
{
  vz_http_headers_add_line (user_data, line, size * count);
  return size * count;
}

CURL *
vz_http_handle_new (VzHttpHeaders *headers, char *message, GError **error)
{
  const char *certificates = g_getenv ("SSL_CERT_FILE");
  CURL *self;

  curl_global_init (CURL_GLOBAL_DEFAULT);
  self = curl_easy_init ();
  if (self == NULL)
    return vz_fail_null (error, VZ_ERROR_INTERNAL, "cannot set up libcurl");
  curl_easy_setopt (self, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (self, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (self, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt (self, CURLOPT_MAXREDIRS, MAX_REDIRECTS);
  curl_easy_setopt (self, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (self, CURLOPT_USERAGENT, "vz/" VZ_VERSION);
  curl_easy_setopt (self, CURLOPT_CONNECTTIMEOUT, VZ_HTTP_CONNECT_TIMEOUT_S);
  curl_easy_setopt (self, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt (self, CURLOPT_LOW_SPEED_TIME, VZ_HTTP_STALL_TIMEOUT_S);
  curl_easy_setopt (self, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt (self, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt (self, CURLOPT_HEADERDATA, headers);
  /* OpenSSL's variable, for networks with their own authority. Debian's libcurl sets a file of its
   * own and so never reads it. */
  if (certificates != NULL && *certificates != '\0')
    curl_easy_setopt (self, CURLOPT_CAINFO, certificates);
  return self;
}

void
vz_http_handle_set_range (CURL *handle, guint64 first, guint64 last)
{
  g_autofree char *range = NULL;

  if (last < first)
    range = g_strdup_printf ("%" G_GUINT64_FORMAT "-", first);
  else
    range = g_strdup_printf ("%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, first, last);
  curl_easy_setopt (handle, CURLOPT_RANGE, range);
}

/* The kind of failure, in the words that users and tests find in the message. */
static const char *
kind_of (CURLcode code)
{
  switch (code)
    {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "name resolution";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return "TLS";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "address";
    case CURLE_TOO_MANY_REDIRECTS:
      return "redirects";
    default:
      return "connection";
    }
}

gboolean
vz_http_fail_transfer (GError **error, const char *url, CURL *handle, CURLcode code,
                       const char *message)
{
  const char *reason = *message != '\0' ? message : curl_easy_strerror (code);
  curl_off_t connect_time = 0;
  g_autofree char *hint = NULL;

  curl_easy_getinfo (handle, CURLINFO_PRETRANSFER_TIME_T, &connect_time);
  /* libcurl reports bytes per second here; users want to know that the server went silent. */
  if (code == CURLE_OPERATION_TIMEDOUT && connect_time > 0)
    return vz_fail (
      error, VZ_ERROR_NETWORK_ERROR,
      "'%s' cannot be fetched: connection: the server sent next to nothing for %ld seconds", url,
      VZ_HTTP_STALL_TIMEOUT_S);
  if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY)
    hint = vz_host_dup_name_server_problem ();
  else if (code == CURLE_PEER_FAILED_VERIFICATION)
    hint = vz_host_dup_clock_problem ();
  return vz_fail (error, VZ_ERROR_NETWORK_ERROR, "'%s' cannot be fetched: %s: %s%s%s", url,
                  kind_of (code), reason, hint != NULL ? "; " : "", hint != NULL ? hint : "");
}

gboolean
vz_http_fail_status (GError **error, const char *url, guint status)
{
  if (status == 403 || status == 404 || status == 410)
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "'%s' was not found (HTTP status %u)", url, status);
  return vz_fail (error, VZ_ERROR_NETWORK_ERROR, "'%s' cannot be fetched: HTTP status %u", url,
                  status);
}

gboolean
vz_http_code_is_transient (CURLcode code)
{
  return code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
         code == CURLE_SEND_ERROR || code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
}

gboolean
vz_http_status_is_transient (guint status)
{
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}
