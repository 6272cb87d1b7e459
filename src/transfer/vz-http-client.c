/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-http-client.h"

#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "transfer/vz-http-handle.h"

#define TRIES 3
#define FIRST_PAUSE_MS 250
/* For an error page; a longer one costs the connection. */
#define PAGE_MAX 65536

struct _VzHttpClient {
  CURL *handle; /* owned; NULL before the first request */
  VzHttpHeaders headers;
  char message[CURL_ERROR_SIZE];
};

/* One request in progress. */
typedef struct {
  VzHttpClient *client;
  const char *url;
  const VzHttpRequest *request;
  gboolean ranged;
  guint64 limit;
  GByteArray *body;
  guint64 discarded;
  gboolean checked; /* the headers were found to be valid */
  GError *error; /* why on_data ended the transfer */
  GCancellable *cancellable;
} Transfer;

void
vz_http_response_clear (VzHttpResponse *self)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->last_modified, g_free);
}

VzHttpClient *
vz_http_client_new (void)
{
  VzHttpClient *self = g_new0 (VzHttpClient, 1);

  vz_http_headers_init (&self->headers);
  return self;
}

void
vz_http_client_free (VzHttpClient *self)
{
  if (self->handle != NULL)
    curl_easy_cleanup (self->handle);
  vz_http_headers_clear (&self->headers);
  g_free (self);
}

static guint64
wanted_first (const VzHttpRequest *request, const VzHttpHeaders *headers)
{
  if (request->suffix == 0)
    return request->offset;
  return headers->total > request->suffix ? headers->total - request->suffix : 0;
}

static guint64
wanted_last (const VzHttpRequest *request, const VzHttpHeaders *headers)
{
  guint64 end = headers->total - 1;

  return request->length > 0 ? MIN (end, request->offset + request->length - 1) : end;
}

/* The answer to a range: never mistaken for the file's beginning or for another range. */
static gboolean
check_range (Transfer *self, GError **error)
{
  const VzHttpHeaders *headers = &self->client->headers;
  guint64 first, last;

  if (headers->status == 200)
    return vz_fail (error, VZ_ERROR_NETWORK_ERROR,
                    "'%s' cannot be read in parts: range: the server does not serve ranges",
                    self->url);
  if (!headers->has_range || headers->multiple || headers->encoded)
    return vz_fail (
      error, VZ_ERROR_NETWORK_ERROR,
      "'%s' cannot be read in parts: range: the server's answer has no well-formed Content-Range",
      self->url);
  if (headers->total == VZ_HTTP_UNKNOWN)
    return vz_fail (
      error, VZ_ERROR_NETWORK_ERROR,
      "'%s' cannot be read in parts: range: the server does not say the file's length", self->url);
  first = wanted_first (self->request, headers);
  last = wanted_last (self->request, headers);
  if (headers->first != first || headers->last != last)
    return vz_fail (error, VZ_ERROR_NETWORK_ERROR,
                    "'%s' cannot be read in parts: range: bytes %" G_GUINT64_FORMAT
                    "-%" G_GUINT64_FORMAT " were requested, %" G_GUINT64_FORMAT
                    "-%" G_GUINT64_FORMAT " sent",
                    self->url, first, last, headers->first, headers->last);
  return TRUE;
}

static gboolean
is_success (guint status)
{
  return status == 200 || status == 206;
}

static gboolean
check_head (Transfer *self, GError **error)
{
  guint status = self->client->headers.status;

  if (status == 416)
    return vz_fail (
      error, VZ_ERROR_NETWORK_ERROR,
      "'%s' cannot be read in parts: range: the server has no bytes from %" G_GUINT64_FORMAT
      " on (HTTP status 416)",
      self->url, self->request->offset);
  if (status == 304 &&
      (self->request->if_none_match != NULL || self->request->if_modified_since != NULL))
    return TRUE;
  if (!is_success (status) || (status == 206 && !self->ranged))
    return vz_http_fail_status (error, self->url, status);
  return !self->ranged || check_range (self, error);
}

static gsize
on_data (char *data, gsize size, gsize count, gpointer user_data)
{
  Transfer *self = user_data;

  size *= count;
  if (!is_success (self->client->headers.status))
    {
      self->discarded += size;
      return self->discarded <= PAGE_MAX ? size : 0;
    }
  if (!self->checked && !check_head (self, &self->error))
    return 0;
  self->checked = TRUE;
  if (size > self->limit - self->body->len)
    {
      vz_fail (&self->error, VZ_ERROR_NETWORK_ERROR,
               "'%s' is longer than %" G_GUINT64_FORMAT " bytes", self->url, self->limit);
      return 0;
    }
  g_byte_array_append (self->body, (const guint8 *) data, (guint) size);
  return size;
}

static int
on_progress (gpointer user_data, curl_off_t download_total, curl_off_t downloaded,
             curl_off_t upload_total, curl_off_t uploaded)
{
  Transfer *self = user_data;

  return g_cancellable_is_cancelled (self->cancellable);
}

static struct curl_slist *
make_conditions (const VzHttpRequest *request)
{
  struct curl_slist *list = NULL;

  if (request->if_none_match != NULL)
    {
      g_autofree char *line = g_strdup_printf ("If-None-Match: %s", request->if_none_match);

      list = curl_slist_append (list, line);
    }
  if (request->if_modified_since != NULL)
    {
      g_autofree char *line = g_strdup_printf ("If-Modified-Since: %s", request->if_modified_since);

      list = curl_slist_append (list, line);
    }
  return list;
}

static void
set_up (Transfer *self)
{
  CURL *handle = self->client->handle;
  const VzHttpRequest *request = self->request;

  curl_easy_setopt (handle, CURLOPT_URL, self->url);
  curl_easy_setopt (handle, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt (handle, CURLOPT_WRITEDATA, self);
  curl_easy_setopt (handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (handle, CURLOPT_XFERINFODATA, self);
  curl_easy_setopt (handle, CURLOPT_RANGE, NULL);
  /* A range counts transferred bytes, which must then be the file's own. */
  curl_easy_setopt (handle, CURLOPT_ACCEPT_ENCODING, self->ranged ? NULL : "");
  if (request->suffix > 0)
    {
      g_autofree char *range = g_strdup_printf ("-%" G_GUINT64_FORMAT, request->suffix);

      curl_easy_setopt (handle, CURLOPT_RANGE, range);
    }
  else if (self->ranged)
    vz_http_handle_set_range (handle, request->offset,
                              request->length > 0 ? request->offset + request->length - 1 : 0);
}

/* A broken connection may also show as a body shorter than announced. */
static gboolean
check_body (Transfer *self, GError **error)
{
  const VzHttpHeaders *headers = &self->client->headers;
  guint64 wanted = self->ranged ? headers->last - headers->first + 1 : headers->content_length;

  if (headers->status == 304 || headers->encoded || wanted == VZ_HTTP_UNKNOWN ||
      wanted == self->body->len)
    return TRUE;
  return vz_fail (error, VZ_ERROR_NETWORK_ERROR,
                  "'%s' cannot be fetched: connection: %" G_GUINT64_FORMAT
                  " bytes announced, %u sent",
                  self->url, wanted, self->body->len);
}

/* One attempt. @ret_again: a retry may succeed. */
static gboolean
perform (Transfer *self, gboolean *ret_again, GError **error)
{
  VzHttpClient *client = self->client;
  struct curl_slist *conditions = make_conditions (self->request);
  CURLcode code;

  g_byte_array_set_size (self->body, 0);
  self->discarded = 0;
  self->checked = FALSE;
  client->message[0] = '\0';
  vz_http_headers_clear (&client->headers);
  set_up (self);
  curl_easy_setopt (client->handle, CURLOPT_HTTPHEADER, conditions);
  code = curl_easy_perform (client->handle);
  curl_easy_setopt (client->handle, CURLOPT_HTTPHEADER, NULL);
  curl_slist_free_all (conditions);

  *ret_again = FALSE;
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    {
      g_clear_error (&self->error);
      return FALSE;
    }
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
    {
      *ret_again = vz_http_code_is_transient (code);
      return vz_http_fail_transfer (error, self->url, client->handle, code, client->message);
    }
  *ret_again = vz_http_status_is_transient (client->headers.status);
  return check_head (self, error) && check_body (self, error);
}

/* FALSE: cancelled in the meantime. */
static gboolean
pause_after (guint try, GCancellable *cancellable)
{
  return vz_pause (FIRST_PAUSE_MS << (2 * (try - 1)), cancellable, NULL);
}

static void
fill_response (Transfer *self, VzHttpResponse *response)
{
  VzHttpHeaders *headers = &self->client->headers;
  char *url = NULL;

  curl_easy_getinfo (self->client->handle, CURLINFO_EFFECTIVE_URL, &url);
  response->status = headers->status;
  response->url = g_strdup (url != NULL ? url : self->url);
  response->etag = g_steal_pointer (&headers->etag);
  response->last_modified = g_steal_pointer (&headers->last_modified);
  response->offset = self->ranged && headers->status == 206 ? headers->first : 0;
  response->total = headers->total;
  if (headers->status == 200)
    response->total = self->body->len;
}

/* Some servers serve ranges, but not the last bytes of a file of unknown length: they answer with
 * the whole file, whose headers give the length. FALSE if that is not what happened. */
static gboolean
count_from_start (const VzHttpHeaders *headers, const VzHttpRequest *request,
                  VzHttpRequest *ret_request)
{
  guint64 total = headers->content_length;

  if (request->suffix == 0 || headers->status != 200 || total == VZ_HTTP_UNKNOWN || total == 0 ||
      headers->encoded)
    return FALSE;
  *ret_request = *request;
  ret_request->suffix = 0;
  ret_request->length = MIN (total, request->suffix);
  ret_request->offset = total - ret_request->length;
  return TRUE;
}

GBytes *
vz_http_client_get (VzHttpClient *self, const char *url, const VzHttpRequest *request,
                    VzHttpResponse *ret_response, GCancellable *cancellable, GError **error)
{
  static const VzHttpRequest everything = { .limit = VZ_HTTP_LIMIT };
  g_autoptr (GByteArray) body = g_byte_array_new ();
  Transfer transfer = { self, url, request != NULL ? request : &everything };
  VzHttpRequest counted;
  gboolean again = TRUE;

  request = transfer.request;
  transfer.body = body;
  transfer.cancellable = cancellable;
  transfer.ranged = request->offset > 0 || request->length > 0 || request->suffix > 0;
  transfer.limit = request->limit > 0 ? request->limit : MAX (request->length, request->suffix);
  transfer.limit = MIN (transfer.limit, G_MAXUINT);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (self->handle == NULL)
    self->handle = vz_http_handle_new (&self->headers, self->message, error);
  if (self->handle == NULL)
    return NULL;
  for (guint try = 1; again; try++)
    {
      g_autoptr (GError) local = NULL;

      if (perform (&transfer, &again, &local))
        {
          if (ret_response != NULL)
            fill_response (&transfer, ret_response);
          return g_byte_array_free_to_bytes (g_steal_pointer (&body));
        }
      if (count_from_start (&self->headers, transfer.request, &counted))
        {
          transfer.request = &counted;
          again = TRUE;
          continue;
        }
      if (!again || try == TRIES)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (!pause_after (try, cancellable))
        break;
    }
  g_cancellable_set_error_if_cancelled (cancellable, error);
  return NULL;
}
