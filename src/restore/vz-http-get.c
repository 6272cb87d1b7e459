/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-http-get.h"

#include <curl/curl.h>

#include "foundation/vz-fail.h"

/* A server that does not answer is given up after these. */
#define CONNECT_TIMEOUT_S 15L
#define STALL_TIMEOUT_S 20L

typedef struct {
  GByteArray *data;
  gsize limit;
  GCancellable *cancellable;
} Transfer;

static gsize
on_data (char *data, gsize size, gsize count, gpointer user_data)
{
  Transfer *transfer = user_data;

  if (size * count > transfer->limit - transfer->data->len)
    return 0; /* ends the transfer */
  g_byte_array_append (transfer->data, (const guint8 *) data, (guint) (size * count));
  return size * count;
}

static int
on_progress (gpointer user_data, curl_off_t download_total, curl_off_t downloaded,
             curl_off_t upload_total, curl_off_t uploaded)
{
  Transfer *transfer = user_data;

  return g_cancellable_is_cancelled (transfer->cancellable);
}

static gboolean
judge (const char *url, CURL *curl, CURLcode code, const char *message, Transfer *transfer,
       GError **error)
{
  long status = 0;

  if (g_cancellable_set_error_if_cancelled (transfer->cancellable, error))
    return FALSE;
  if (code == CURLE_WRITE_ERROR)
    return vz_fail (error, VZ_ERROR_NETWORK_ERROR, "'%s' is longer than %" G_GSIZE_FORMAT " bytes",
                    url, transfer->limit);
  if (code != CURLE_OK)
    return vz_fail (error, VZ_ERROR_NETWORK_ERROR, "'%s' cannot be fetched: %s", url,
                    *message != '\0' ? message : curl_easy_strerror (code));
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == 403 || status == 404 || status == 410)
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "'%s' is not there (HTTP status %ld)", url, status);
  if (status != 200)
    return vz_fail (error, VZ_ERROR_NETWORK_ERROR, "'%s' cannot be fetched: HTTP status %ld", url,
                    status);
  return TRUE;
}

GBytes *
vz_http_get (const char *url, gsize limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  Transfer transfer = { data, limit, cancellable };
  char message[CURL_ERROR_SIZE] = "";
  gboolean done = FALSE;
  CURL *curl;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  curl = curl_easy_init ();
  if (curl == NULL)
    return vz_fail_null (error, VZ_ERROR_INTERNAL, "libcurl cannot be set up");
  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt (curl, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_TIME, STALL_TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, &transfer);
  done = judge (url, curl, curl_easy_perform (curl), message, &transfer, error);
  curl_easy_cleanup (curl);
  return done ? g_byte_array_free_to_bytes (g_steal_pointer (&data)) : NULL;
}
