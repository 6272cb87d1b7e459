/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transfer/vz-download-file.h"
#include "transfer/vz-http-handle.h"

G_BEGIN_DECLS

/* What all connections of a download share. */
typedef struct {
  const char *url;
  VzDownloadFile *file;
  guint64 received; /* total bytes of bodies */
  guint64 rate_limit; /* bytes per second; 0: none */
  gint64 allowance; /* bytes that may arrive now, with a limit */
  gboolean plain; /* the server does not serve ranges: one connection, from the start */
  gboolean answered; /* some range was answered in this run */
} VzDownloadShared;

typedef enum {
  VZ_DOWNLOAD_WENT_WELL, /* its piece is complete */
  VZ_DOWNLOAD_CHANGED, /* the server has a different file now */
  VZ_DOWNLOAD_WEAK, /* a retry may succeed */
  VZ_DOWNLOAD_BUSY, /* the server has enough connections or too many */
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
  guint64 asked_end; /* the request may cover more than what the piece has become */
  gboolean has_piece;
  gboolean running;
  gboolean came_up; /* it has delivered data, now or earlier */
  gboolean checked; /* the headers were found to be valid */
  gboolean changed;
  gboolean paused; /* for the rate limit */
  guint64 got; /* bytes in this attempt */
  guint failures; /* consecutive ones, without a byte */
  gint64 retry_at;
  GError *error; /* why on_data ended the transfer */
} VzDownloadTransfer;

gboolean vz_download_transfer_init (VzDownloadTransfer *self, VzDownloadShared *shared,
                                    GError **error);
void vz_download_transfer_clear (VzDownloadTransfer *self);

/* Prepares the handle for the piece, to be added to a multi handle. */
void vz_download_transfer_prepare (VzDownloadTransfer *self);

/* libcurl has finished with it. @error is set for all outcomes but the first two. */
VzDownloadOutcome vz_download_transfer_finish (VzDownloadTransfer *self, CURLcode code,
                                               GError **error);

/* Whether an answer's headers are those of bytes [@position, @asked_end) of a file of @length bytes
 * (0: not known yet). */
gboolean vz_download_check_range (const char *url, const VzHttpHeaders *headers, guint64 position,
                                  guint64 asked_end, guint64 length, GError **error);

G_END_DECLS
