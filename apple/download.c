/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "download.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "bundle.h"
#include "interrupt.h"

#define ATTEMPTS 5 /* in a row that bring nothing */
#define TEXT_SIZE 256
#define URL_SIZE 2048

typedef struct {
  const char *url;
  const char *note;
  int fd;
  int64_t there; /* bytes in the file */
  int64_t total; /* of the file on the server; -1: not known yet */
  char validator[TEXT_SIZE]; /* tells whether the server's file is still the same; may be empty */
  char etag[TEXT_SIZE]; /* of the present answer, as all that follows */
  char modified[TEXT_SIZE];
  int64_t range_start, range_total;
  bool began; /* its first bytes were looked at */
  bool restart; /* the file is another one now */
  int percent; /* printed last */
  Failure *failure;
} Download;

/* ---- What is remembered between attempts ----------------------------------------------------- */

static bool
write_note (Download *self)
{
  char text[URL_SIZE + TEXT_SIZE + 32];
  int length =
    snprintf (text, sizeof text, "%s\n%" PRId64 "\n%s\n", self->url, self->total, self->validator);

  return file_write (self->note, text, (size_t) length, self->failure);
}

/* Nothing is known of the bytes in the file unless the note is of the same address. */
static void
read_note (Download *self)
{
  FILE *file = fopen (self->note, "r");
  char url[URL_SIZE] = "", total[32] = "", validator[TEXT_SIZE] = "";

  if (file == NULL)
    return;
  if (fgets (url, sizeof url, file) != NULL && fgets (total, sizeof total, file) != NULL &&
      fgets (validator, sizeof validator, file) != NULL)
    {
      url[strcspn (url, "\n")] = '\0';
      validator[strcspn (validator, "\n")] = '\0';
      if (strcmp (url, self->url) == 0)
        {
          self->total = strtoll (total, NULL, 10);
          snprintf (self->validator, sizeof self->validator, "%s", validator);
        }
    }
  fclose (file);
}

/* ---- What the server says -------------------------------------------------------------------- */

static void
take_header (char *value, const char *line, size_t length, const char *name)
{
  size_t skip = strlen (name);

  if (length <= skip || strncasecmp (line, name, skip) != 0)
    return;
  while (skip < length && line[skip] == ' ')
    skip++;
  while (length > skip && (line[length - 1] == '\r' || line[length - 1] == '\n'))
    length--;
  if (length - skip < TEXT_SIZE)
    snprintf (value, TEXT_SIZE, "%.*s", (int) (length - skip), line + skip);
}

static size_t
receive_header (char *line, size_t size, size_t count, void *data)
{
  Download *self = data;
  size_t length = size * count;
  char range[TEXT_SIZE] = "";

  if (length > 5 && strncmp (line, "HTTP/", 5) == 0) /* also that of a redirection */
    {
      self->etag[0] = self->modified[0] = '\0';
      self->range_start = self->range_total = -1;
    }
  take_header (self->etag, line, length, "etag:");
  take_header (self->modified, line, length, "last-modified:");
  take_header (range, line, length, "content-range:");
  if (range[0] != '\0' &&
      sscanf (range, "bytes %" SCNd64 "-%*d/%" SCNd64, &self->range_start, &self->range_total) != 2)
    self->range_start = -1;
  return length;
}

/* Only a strong validator says that every byte is the same. */
static const char *
find_validator (const Download *self)
{
  return self->etag[0] == '"' ? self->etag : self->modified;
}

/* The rest of the file, as it was asked for. There are servers that send it of a file that is not
 * the same any more. */
static bool
begin_rest (Download *self)
{
  if (strcmp (find_validator (self), self->validator) != 0)
    {
      self->restart = true;
      return false;
    }
  if (self->there > 0 && self->range_start == self->there && self->range_total == self->total)
    return true;
  return fail (self->failure, EXIT_FAILED,
               "the restore image cannot be downloaded: the server sent another part of it than it "
               "was asked for");
}

/* Before the first byte of an answer is written: where it belongs. */
static bool
begin (Download *self, CURL *curl)
{
  curl_off_t length = -1;
  long status = 0;

  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo (curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (status == 206)
    return begin_rest (self);
  if (length < 0)
    return fail (self->failure, EXIT_FAILED,
                 "the restore image cannot be downloaded: the server does not say how long it is");
  if (ftruncate (self->fd, 0) != 0 || lseek (self->fd, 0, SEEK_SET) != 0)
    return fail_errno (self->failure, "the restore image cannot be written");
  self->there = 0;
  self->total = length;
  snprintf (self->validator, sizeof self->validator, "%s", find_validator (self));
  return write_note (self);
}

typedef struct {
  Download *download;
  CURL *curl;
} Transfer;

static void
print_progress (Download *self)
{
  int percent = self->total > 0 ? (int) (self->there * 100 / self->total) : 0;

  if (percent == self->percent)
    return;
  self->percent = percent;
  printf ("Restore image download progress: %d%%.\n", percent);
}

static size_t
receive_body (char *bytes, size_t size, size_t count, void *data)
{
  Transfer *transfer = data;
  Download *self = transfer->download;
  size_t length = size * count, written = 0;

  if (!self->began && !begin (self, transfer->curl))
    return 0;
  self->began = true;
  while (written < length)
    {
      ssize_t n = write (self->fd, bytes + written, length - written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail_errno (self->failure, "the restore image cannot be written");
          return 0;
        }
      written += (size_t) n;
      self->there += n;
    }
  print_progress (self);
  return length;
}

static int
look_for_interrupt (void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
  return was_interrupted ();
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static struct curl_slist *
ask_for_rest (Download *self, CURL *curl)
{
  char range[64], condition[TEXT_SIZE + 16];

  if (self->restart || self->validator[0] == '\0')
    self->there = 0;
  self->restart = false;
  if (self->there == 0)
    return NULL;
  snprintf (range, sizeof range, "%" PRId64 "-", self->there);
  curl_easy_setopt (curl, CURLOPT_RANGE, range);
  /* All of it, from the beginning, if it has changed. */
  snprintf (condition, sizeof condition, "If-Range: %s", self->validator);
  return curl_slist_append (NULL, condition);
}

static void
set_options (Transfer *transfer, char *reason)
{
  CURL *curl = transfer->curl;

  curl_easy_setopt (curl, CURLOPT_URL, transfer->download->url);
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
  curl_easy_setopt (curl, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
  curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt (curl, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt (curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, 30L);
  /* A connection that brings nothing for a minute is given up. */
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_TIME, 60L);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, receive_header);
  curl_easy_setopt (curl, CURLOPT_HEADERDATA, transfer->download);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, receive_body);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, look_for_interrupt);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
}

static CURLcode
transfer_once (Download *self, char reason[CURL_ERROR_SIZE])
{
  Transfer transfer = { .download = self, .curl = curl_easy_init () };
  struct curl_slist *headers;
  CURLcode result;

  reason[0] = '\0';
  if (transfer.curl == NULL)
    return CURLE_FAILED_INIT;
  self->began = false;
  set_options (&transfer, reason);
  headers = ask_for_rest (self, transfer.curl);
  curl_easy_setopt (transfer.curl, CURLOPT_HTTPHEADER, headers);
  result = curl_easy_perform (transfer.curl);
  if (reason[0] == '\0')
    snprintf (reason, CURL_ERROR_SIZE, "%s", curl_easy_strerror (result));
  curl_slist_free_all (headers);
  curl_easy_cleanup (transfer.curl);
  return result;
}

/* Trouble on the way, which may be over the next time. */
static bool
is_passing (CURLcode result)
{
  return result == CURLE_PARTIAL_FILE || result == CURLE_RECV_ERROR ||
         result == CURLE_OPERATION_TIMEDOUT || result == CURLE_GOT_NOTHING ||
         result == CURLE_HTTP2_STREAM;
}

static bool
is_complete (const Download *self)
{
  return self->total >= 0 && self->there == self->total;
}

static bool
transfer_all (Download *self)
{
  char reason[CURL_ERROR_SIZE] = "";
  int restarts = 0;

  for (int attempt = 0; attempt < ATTEMPTS && !is_complete (self); attempt++)
    {
      int64_t before = self->there;
      CURLcode result = transfer_once (self, reason);

      if (was_interrupted ())
        return fail_interrupted (self->failure);
      if (self->failure->exit_code != EXIT_DONE)
        return false;
      if (self->restart && ++restarts == ATTEMPTS)
        return fail (self->failure, EXIT_FAILED,
                     "the restore image cannot be downloaded: it changes all the time");
      if (self->restart)
        continue;
      if (result == CURLE_OK && !self->began)
        return fail (self->failure, EXIT_FAILED,
                     "the restore image cannot be downloaded: the server sent nothing");
      if (result != CURLE_OK && !is_passing (result))
        break;
      if (self->there > before)
        attempt = -1;
      else if (result != CURLE_OK)
        sleep (1);
    }
  if (is_complete (self))
    return true;
  return fail (self->failure, EXIT_FAILED,
               "the restore image cannot be downloaded: %s (%" PRId64 " bytes are there, and the "
               "next attempt goes on from them)",
               reason, self->there);
}

static bool
open_file (Download *self, const char *path)
{
  off_t end;

  self->fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  end = self->fd >= 0 ? lseek (self->fd, 0, SEEK_END) : -1;
  if (end < 0)
    return fail_errno (self->failure, "the restore image cannot be written to '%s'", path);
  read_note (self);
  self->there = end;
  /* Of what cannot be told apart from another file of that name, nothing is used. */
  if (self->total < 0 || self->there > self->total ||
      (self->there < self->total && self->validator[0] == '\0'))
    {
      self->there = 0;
      self->total = -1;
    }
  return true;
}

bool
download (const char *url, const char *path, const char *note, Failure *failure)
{
  Download self = {
    .url = url, .note = note, .fd = -1, .total = -1, .percent = -1, .failure = failure
  };
  bool ok = strlen (url) < URL_SIZE;

  if (!ok)
    fail (failure, EXIT_FAILED, "the address of the restore image is too long");
  ok = ok && open_file (&self, path) && transfer_all (&self);
  if (ok && fsync (self.fd) != 0)
    ok = fail_errno (failure, "the restore image cannot be written");
  if (self.fd >= 0)
    close (self.fd);
  return ok;
}
