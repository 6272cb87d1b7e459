/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transfer/vz-download-plan.h"
#include "transfer/vz-http-headers.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What an unfinished file belongs to, as its sidecar file has it. */
typedef struct {
  char *url; /* owned: as asked for, before redirects */
  guint64 length;
  char *etag; /* owned; NULL: none */
  char *last_modified; /* owned; NULL: none */
} VzDownloadOrigin;

void vz_download_origin_clear (VzDownloadOrigin *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzDownloadOrigin, vz_download_origin_clear)

/* What an answer says of the file at @url. */
void vz_download_origin_set (VzDownloadOrigin *self, const char *url, const VzHttpHeaders *headers,
                             guint64 length);

/* Whether an answer is about the same file: a validator that both have must be the same. */
gboolean vz_download_origin_matches (const VzDownloadOrigin *self, const VzHttpHeaders *headers);

/* What If-Range is to say; NULL: nothing tells one version from another. */
const char *vz_download_origin_get_condition (const VzDownloadOrigin *self);

/* The sidecar: a head with a checksum, then a character for each block. Blocks become whole one by
 * one, and each is written down by a single byte, so no moment leaves it in disorder. */
GBytes *vz_download_state_format (const VzDownloadOrigin *origin, const VzDownloadPlan *plan,
                                  const char *boot, gsize *ret_head);

/* Fills in @origin and @plan (with what may be relied on in the boot called @boot). FALSE: not a
 * whole sidecar. */
gboolean vz_download_state_parse (GBytes *bytes, const char *boot, VzDownloadOrigin *ret_origin,
                                  VzDownloadPlan *ret_plan, gsize *ret_head);

/* The name of this boot of the host: what was not synchronised may be gone in the next. */
char *vz_download_state_dup_boot (void);

G_END_DECLS
