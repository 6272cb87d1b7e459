/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transfer/vz-download-file.h"
#include "transfer/vz-http-handle.h"

G_BEGIN_DECLS

/* What all connections of a download have in common. */
typedef struct {
  const char *url;
  VzDownloadFile *file;
  guint64 received; /* bytes of bodies, ever */
  guint64 rate_limit; /* bytes a second; 0: none */
  gint64 allowance; /* bytes that may come now, with a limit */
  gboolean plain; /* the server serves no ranges: one connection, from the start */
  gboolean answered; /* some range was answered in this run */
} VzDownloadShared;

typedef enum {
  VZ_DOWNLOAD_WENT_WELL, /* its piece is there */
  VZ_DOWNLOAD_CHANGED, /* the server has another file now */
  VZ_DOWNLOAD_WEAK, /* another try may do better */
  VZ_DOWNLOAD_BUSY, /* the server has enough connections, or more than enough */
  VZ_DOWNLOAD_FAILED,
} VzDownloadOutcome;

/* One connection, which fetches one piece after another. */
typedef struct {
  VzDownloadShared *shared;
  CURL *handle; /* owned */
  struct curl_slist *conditions; /* owned: what the handle refers to */
  VzHttpHeaders headers;
  char message[CURL_ERROR_SIZE];
  VzDownloadPiece piece;
  guint64 asked_end; /* what the request asked for may be more than the piece is by now */
  gboolean has_piece;
  gboolean running;
  gboolean came_up; /* it has brought something, now or earlier */
  gboolean checked; /* the head was found good */
  gboolean changed;
  gboolean paused; /* for the rate limit */
  guint64 got; /* bytes in this try */
  guint failures; /* in a row, without a byte */
  gint64 retry_at;
  GError *error; /* why on_data ended the transfer */
} VzDownloadTransfer;

gboolean vz_download_transfer_init (VzDownloadTransfer *self, VzDownloadShared *shared,
                                    GError **error);
void vz_download_transfer_clear (VzDownloadTransfer *self);

/* Readies the handle for the piece, to be added to a multi handle. */
void vz_download_transfer_prepare (VzDownloadTransfer *self);

/* libcurl is done with it. @error is set for all outcomes but the first two. */
VzDownloadOutcome vz_download_transfer_finish (VzDownloadTransfer *self, CURLcode code,
                                               GError **error);

/* Whether an answer's head is that of bytes [@position, @asked_end) of a file of @length bytes (0:
 * not known yet). */
gboolean vz_download_check_range (const char *url, const VzHttpHeaders *headers, guint64 position,
                                  guint64 asked_end, guint64 length, GError **error);

G_END_DECLS
