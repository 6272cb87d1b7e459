/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* A thread that computes the digest of a growing file: it reads what has just been written, so from
 * the page cache. A digest needs the bytes in order: it follows the contiguous part from the file's
 * start. */
typedef struct _VzDownloadHash VzDownloadHash;

/* @fd: borrowed. @algorithm: "sha512", "sha256" or "sha1". */
VzDownloadHash *vz_download_hash_new (int fd, const char *algorithm);
void vz_download_hash_free (VzDownloadHash *self); /* ends the thread if it is still running */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzDownloadHash, vz_download_hash_free)

/* All bytes before @end are available. */
void vz_download_hash_advance (VzDownloadHash *self, guint64 end);

/* Waits until the bytes to @end, the file's end, are included; @progress (nullable) counts them.
 * The digest in hexadecimal. */
char *vz_download_hash_finish (VzDownloadHash *self, guint64 end, VzProgress *progress,
                               GCancellable *cancellable, GError **error);

G_END_DECLS
