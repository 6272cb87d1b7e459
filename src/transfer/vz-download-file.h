/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "transfer/vz-download-flush.h"
#include "transfer/vz-download-hash.h"
#include "transfer/vz-download-state.h"

G_BEGIN_DECLS

/* What is fetched, and where to. */
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
  gboolean apart; /* the part is not beside the destination */
  char *boot; /* owned */
  const char *algorithm;
  int fd; /* the part, locked; -1: not open */
  int state_fd; /* -1: no sidecar */
  gsize head; /* where the sidecar's blocks begin */
  VzDownloadOrigin origin;
  VzDownloadPlan plan;
  gboolean planned; /* plan and origin are known; else the file comes in one go */
  guint64 written; /* bytes from the start, of one that comes in one go */
  VzDownloadHash *hash; /* owned */
  VzDownloadFlush *flush; /* owned; NULL: not open */
  gboolean sinking; /* some blocks are on their way to the disk */
  gint64 sank_at; /* monotonic, when they were sent */
} VzDownloadFile;

/* Opens and locks; waits while another process has the lock (phase "waiting"). @ret_done: the other
 * one has fetched the same address meanwhile. */
gboolean vz_download_file_open (VzDownloadFile *self, const VzDownloadPlace *place,
                                gboolean *ret_done, VzProgress *progress, GCancellable *cancellable,
                                GError **error);
void vz_download_file_close (VzDownloadFile *self);

/* The first answer is there: @length bytes, in pieces. Looks for space first. */
gboolean vz_download_file_begin (VzDownloadFile *self, const char *url,
                                 const VzHttpHeaders *headers, guint64 length, GError **error);

/* Whether @length bytes have room; what is written already counts as room. */
gboolean vz_download_file_check_space (VzDownloadFile *self, guint64 length, GError **error);

gboolean vz_download_file_write (VzDownloadFile *self, const char *data, gsize size,
                                 guint64 position, GError **error);

/* To be called now and then: has what is there made durable, so that a loss of power costs seconds
 * of work. */
gboolean vz_download_file_tend (VzDownloadFile *self, GError **error);

/* Forgets all that was fetched. */
gboolean vz_download_file_reset (VzDownloadFile *self, GError **error);

guint64 vz_download_file_get_complete (const VzDownloadFile *self);

/* What is there stays for another time if it can be gone on with, else nothing is left. */
void vz_download_file_abandon (VzDownloadFile *self, gboolean keep);

/* All is written: begins to make it durable, which goes on while it is verified. */
void vz_download_file_settle (VzDownloadFile *self);

/* After settling: under its name, which must not be taken, once it is durable. */
gboolean vz_download_file_commit (VzDownloadFile *self, GError **error);

G_END_DECLS
