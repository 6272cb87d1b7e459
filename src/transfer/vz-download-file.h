/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "transfer/vz-download-flush.h"
#include "transfer/vz-download-hash.h"
#include "transfer/vz-download-state.h"

G_BEGIN_DECLS

/* What to fetch, and where to. */
typedef struct {
  const char *url;
  const char *destination;
  const char *part; /* NULL: beside @destination */
  const char *algorithm; /* of the digest */
} VzDownloadPlace;

/* The unfinished file, FILE.part, and its sidecar, FILE.part.state. */
typedef struct {
  char *destination; /* owned */
  char *part; /* owned */
  char *sidecar; /* owned */
  gboolean apart; /* the part is on another file system than the destination */
  char *boot; /* owned */
  const char *algorithm;
  int fd; /* the part, locked; -1: not open */
  int state_fd; /* -1: no sidecar */
  gsize head; /* where the sidecar's blocks begin */
  VzDownloadOrigin origin;
  VzDownloadPlan plan;
  gboolean planned; /* plan and origin are known; otherwise a single request fetches the file */
  guint64 written; /* bytes from the start, for a single request */
  VzDownloadHash *hash; /* owned */
  VzDownloadFlush *flush; /* owned; NULL: not open */
  gboolean sinking; /* some blocks are being written to the disk */
  gint64 sank_at; /* monotonic, when that began */
} VzDownloadFile;

/* Opens and locks; waits while another process has the lock (phase "waiting"). @ret_done:
 * meanwhile, that process has fetched the same address. */
gboolean vz_download_file_open (VzDownloadFile *self, const VzDownloadPlace *place,
                                gboolean *ret_done, VzProgress *progress, GCancellable *cancellable,
                                GError **error);
void vz_download_file_close (VzDownloadFile *self);

/* The first answer has arrived: @length bytes, in pieces. Checks for space first. */
gboolean vz_download_file_begin (VzDownloadFile *self, const char *url,
                                 const VzHttpHeaders *headers, guint64 length, GError **error);

/* Whether there is room for @length bytes, counting what is already written. */
gboolean vz_download_file_check_space (VzDownloadFile *self, guint64 length, GError **error);

gboolean vz_download_file_write (VzDownloadFile *self, const char *data, gsize size,
                                 guint64 position, GError **error);

/* To be called periodically: makes data durable, so that a power failure costs only seconds of
 * work. */
gboolean vz_download_file_tend (VzDownloadFile *self, GError **error);

/* Discards everything fetched. */
gboolean vz_download_file_reset (VzDownloadFile *self, GError **error);

guint64 vz_download_file_get_complete (const VzDownloadFile *self);

/* Keeps what is there if it can be resumed later, otherwise removes everything. */
void vz_download_file_abandon (VzDownloadFile *self, gboolean keep);

/* Everything is written: starts making it durable, which continues during verification. */
void vz_download_file_settle (VzDownloadFile *self);

/* After settling: gives it its name, which must be free, once it is durable. */
gboolean vz_download_file_commit (VzDownloadFile *self, GError **error);

G_END_DECLS
