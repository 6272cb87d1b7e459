/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Checks whether the fetched file at @path is what it should be. */
typedef gboolean (*VzDownloadCheck) (const char *path, GCancellable *cancellable, GError **error);

/* Fetches a large file. Proxies, TLS and redirects as with VzHttpClient. */
typedef struct {
  const char *url;
  const char *destination;
  const char *part; /* where the unfinished file is kept; NULL: @destination plus ".part" */
  const char *sha512; /* required digest in hexadecimal; NULL: unknown */
  const char *sha256; /* used only without @sha512 */
  const char *sha1; /* used only without both */
  guint64 size; /* required size in bytes; 0: unknown */
  guint64 rate_limit; /* bytes per second; 0: none */
  VzDownloadCheck check; /* NULL: none */
} VzDownload;

/* @destination appears complete and correct, or not at all, and is never overwritten. If the
 * download fails or is cancelled, what was fetched stays in the part and a sidecar (PART.state) for
 * the next time, unless it is wrong. @progress then has the phase "resuming" instead of "fetching".
 *
 * EXISTS; OUT_OF_DISK_SPACE or IO ("disk:"); DIGEST_MISMATCH ("digest:"); NOT_FOUND; NETWORK_ERROR,
 * which says whether it was name resolution, connection, TLS, HTTP status or range; those of
 * @check. */
gboolean vz_download_run (const VzDownload *self, VzProgress *progress, GCancellable *cancellable,
                          GError **error);

/* Whether the file @path, wherever it is from, has the known size and digest; only reads it for a
 * digest. @progress (nullable): gets the bytes as its total. DIGEST_MISMATCH, IO. */
gboolean vz_download_check_file (const VzDownload *self, const char *path, VzProgress *progress,
                                 GCancellable *cancellable, GError **error);

G_END_DECLS
