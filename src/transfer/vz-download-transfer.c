/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-transfer.h"

#include "foundation/vz-fail.h"

#define PAGE_MAX 65536
#define BUFFER_SIZE (512L * 1024)

gboolean
vz_download_check_range (const char *url, const VzHttpHeaders *headers, guint64 position,
                         guint64 asked_end, guint64 length, GError **error)
{
  guint64 last;

  if (!headers->has_range || headers->multiple || headers->encoded)
    return vz_fail (
      error, VZ_ERROR_NETWORK_ERROR,
      "'%s' cannot be fetched: range: the server's answer has no well-formed Content-Range", url);
  if (headers->total == VZ_HTTP_UNKNOWN)
    return vz_fail (error, VZ_ERROR_NETWORK_ERROR,
                    "'%s' cannot be fetched: range: the server does not say the file's length",
                    url);
  last = MIN (asked_end, headers->total) - 1;
  if (headers->first != position || headers->last != last ||
      (length != 0 && headers->total != length))
    return vz_fail (error, VZ_ERROR_NETWORK_ERROR,
                    "'%s' cannot be fetched: range: bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
                    " were requested, %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
                    " of %" G_GUINT64_FORMAT " sent",
                    url, position, last, headers->first, headers->last, headers->total);
  return TRUE;
}

/* The very first answer to a range: now the file's length is known. */
static gboolean
begin_in_pieces (VzDownloadTransfer *self, GError **error)
{
  VzDownloadShared *shared = self->shared;
  const VzHttpHeaders *headers = &self->headers;

  if (!vz_download_check_range (shared->url, headers, 0, self->asked_end, 0, error) ||
      !vz_download_file_begin (shared->file, shared->url, headers, headers->total, error))
    return FALSE;
  return vz_download_plan_take (&shared->file->plan, self->asked_end, &self->piece);
}

/* A whole file is acceptable only if nothing has been fetched yet. */
static gboolean
begin_plain (VzDownloadTransfer *self, GError **error)
{
  VzDownloadShared *shared = self->shared;
  guint64 length = self->headers.content_length;

  if (self->headers.encoded)
    return vz_fail (
      error, VZ_ERROR_NETWORK_ERROR,
      "'%s' cannot be fetched: the server sent it with a Content-Encoding that was not requested",
      shared->url);
  shared->plain = TRUE;
  self->piece = (VzDownloadPiece){ 0, length != VZ_HTTP_UNKNOWN ? length : G_MAXUINT64 };
  self->asked_end = self->piece.end;
  return length == VZ_HTTP_UNKNOWN || vz_download_file_check_space (shared->file, length, error);
}

static gboolean
check_head (VzDownloadTransfer *self, GError **error)
{
  VzDownloadFile *file = self->shared->file;

  if (!file->planned)
    return self->headers.status == 206 ? begin_in_pieces (self, error) : begin_plain (self, error);
  if (self->headers.status != 206 || !vz_download_origin_matches (&file->origin, &self->headers))
    {
      self->changed = TRUE;
      return FALSE;
    }
  return vz_download_check_range (self->shared->url, &self->headers, self->piece.position,
                                  self->asked_end, file->plan.length, error);
}

static gboolean
has_to_pause (VzDownloadTransfer *self)
{
  if (self->shared->rate_limit > 0 && self->shared->allowance <= 0)
    self->paused = TRUE;
  return self->paused;
}

/* Returns less than it was given to end the transfer: when its piece is complete before the end of
 * the answer, because another connection took over the rest. */
static gsize
take_data (VzDownloadTransfer *self, const char *data, gsize size)
{
  VzDownloadShared *shared = self->shared;
  gsize wanted = (gsize) MIN (size, self->piece.end - self->piece.position);

  if (!vz_download_file_write (shared->file, data, wanted, self->piece.position, &self->error))
    return 0;
  self->piece.position += wanted;
  self->got += wanted;
  shared->received += wanted;
  shared->allowance -= (gint64) wanted;
  shared->answered = self->came_up = TRUE;
  return self->piece.position == self->piece.end && self->asked_end > self->piece.end &&
             (!shared->file->planned || self->piece.end < shared->file->plan.length)
           ? 0
           : wanted;
}

static gsize
on_data (char *data, gsize size, gsize count, gpointer user_data)
{
  VzDownloadTransfer *self = user_data;

  size *= count;
  if (self->headers.status != 200 && self->headers.status != 206)
    {
      self->got += size;
      return self->got <= PAGE_MAX ? size : 0;
    }
  if (!self->checked && !check_head (self, &self->error))
    return 0;
  self->checked = TRUE;
  return has_to_pause (self) ? CURL_WRITEFUNC_PAUSE : take_data (self, data, size);
}

gboolean
vz_download_transfer_init (VzDownloadTransfer *self, VzDownloadShared *shared, GError **error)
{
  *self = (VzDownloadTransfer){ .shared = shared };
  vz_http_headers_init (&self->headers);
  self->handle = vz_http_handle_new (&self->headers, self->message, error);
  if (self->handle == NULL)
    return FALSE;
  curl_easy_setopt (self->handle, CURLOPT_URL, shared->url);
  curl_easy_setopt (self->handle, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt (self->handle, CURLOPT_WRITEDATA, self);
  curl_easy_setopt (self->handle, CURLOPT_PRIVATE, self);
  curl_easy_setopt (self->handle, CURLOPT_BUFFERSIZE, BUFFER_SIZE);
  curl_easy_setopt (self->handle, CURLOPT_ACCEPT_ENCODING, NULL);
  /* HTTP/2 streams would share one connection, and with it its window and the server's
   * per-connection limit; pieces over separate connections are at least as fast. */
  curl_easy_setopt (self->handle, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
  return TRUE;
}

void
vz_download_transfer_clear (VzDownloadTransfer *self)
{
  g_clear_pointer (&self->handle, curl_easy_cleanup);
  g_clear_pointer (&self->conditions, curl_slist_free_all);
  vz_http_headers_clear (&self->headers);
  g_clear_error (&self->error);
}

void
vz_download_transfer_prepare (VzDownloadTransfer *self)
{
  VzDownloadFile *file = self->shared->file;
  const char *condition = file->planned ? vz_download_origin_get_condition (&file->origin) : NULL;

  self->checked = self->changed = self->paused = FALSE;
  self->got = 0;
  self->asked_end = self->piece.end;
  self->message[0] = '\0';
  vz_http_headers_clear (&self->headers);
  curl_easy_setopt (self->handle, CURLOPT_HTTPHEADER, NULL);
  g_clear_pointer (&self->conditions, curl_slist_free_all);
  curl_easy_setopt (self->handle, CURLOPT_RANGE, NULL);
  if (!self->shared->plain)
    vz_http_handle_set_range (self->handle, self->piece.position, self->piece.end - 1);
  if (condition != NULL)
    {
      g_autofree char *line = g_strdup_printf ("If-Range: %s", condition);

      self->conditions = curl_slist_append (self->conditions, line);
      curl_easy_setopt (self->handle, CURLOPT_HTTPHEADER, self->conditions);
    }
}

static gboolean
is_there (VzDownloadTransfer *self, CURLcode code)
{
  if (!self->checked || self->error != NULL)
    return FALSE;
  if (self->shared->plain && self->piece.end == G_MAXUINT64)
    return code == CURLE_OK;
  return self->piece.position == self->piece.end;
}

static gboolean
is_passing (VzDownloadTransfer *self, CURLcode code)
{
  if (vz_http_code_is_transient (code) || code == CURLE_OPERATION_TIMEDOUT)
    return TRUE;
  /* A network that worked a moment ago may recover. */
  return self->shared->answered &&
         (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST);
}

VzDownloadOutcome
vz_download_transfer_finish (VzDownloadTransfer *self, CURLcode code, GError **error)
{
  const char *url = self->shared->url;
  guint status = self->headers.status;

  self->running = FALSE;
  if (self->changed)
    return VZ_DOWNLOAD_CHANGED;
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return VZ_DOWNLOAD_FAILED;
    }
  if (is_there (self, code))
    return VZ_DOWNLOAD_WENT_WELL;
  if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
    {
      vz_http_fail_transfer (error, url, self->handle, code, self->message);
      return is_passing (self, code) ? VZ_DOWNLOAD_WEAK : VZ_DOWNLOAD_FAILED;
    }
  if (status != 200 && status != 206)
    {
      self->got = 0; /* an error page is not progress */
      if (status == 416 && self->shared->file->planned)
        return VZ_DOWNLOAD_CHANGED;
      vz_http_fail_status (error, url, status);
      if (status == 503 || status == 429)
        return VZ_DOWNLOAD_BUSY;
      return vz_http_status_is_transient (status) ? VZ_DOWNLOAD_WEAK : VZ_DOWNLOAD_FAILED;
    }
  vz_fail (error, VZ_ERROR_NETWORK_ERROR,
           "'%s' cannot be fetched: connection: the server's answer ended early", url);
  return VZ_DOWNLOAD_WEAK;
}
