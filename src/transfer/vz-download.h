/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Says whether the fetched file at @path is what it should be. */
typedef gboolean (*VzDownloadCheck) (const char *path, GCancellable *cancellable, GError **error);

/* Fetching a large file. Proxies, TLS and redirects as with VzHttpClient. */
typedef struct {
  const char *url;
  const char *destination;
  const char
    *part; /* where the unfinished file is kept; NULL: @destination with ".part" behind it */
  const char *sha512; /* hexadecimal digest it must have; NULL: not known */
  const char *sha256; /* looked at only without @sha512 */
  const char *sha1; /* looked at only without both */
  guint64 size; /* bytes it must have; 0: not known */
  guint64 rate_limit; /* bytes a second; 0: none */
  VzDownloadCheck check; /* NULL: none */
} VzDownload;

/* @destination appears whole and correct, or not at all, and is never overwritten. When the
 * download fails or is cancelled, what was fetched stays in the part and a sidecar (PART.state) for
 * the next time, unless it is wrong. @progress then has the phase "resuming" instead of "fetching".
 *
 * EXISTS; OUT_OF_DISK_SPACE or IO ("disk:"); DIGEST_MISMATCH ("digest:"); NOT_FOUND; NETWORK_ERROR,
 * which says whether it was name resolution, connection, TLS, HTTP status or range; those of
 * @check. */
gboolean vz_download_run (const VzDownload *self, VzProgress *progress, GCancellable *cancellable,
                          GError **error);

/* Whether the file @path, from wherever it is, has the size and the digest that are known; reads it
 * only for a digest. @progress (nullable): is given the bytes as its total. DIGEST_MISMATCH, IO. */
gboolean vz_download_check_file (const VzDownload *self, const char *path, VzProgress *progress,
                                 GCancellable *cancellable, GError **error);

G_END_DECLS
