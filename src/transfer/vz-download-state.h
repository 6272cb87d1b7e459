/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transfer/vz-download-plan.h"
#include "transfer/vz-http-headers.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What an unfinished file belongs to, as recorded in its sidecar. */
typedef struct {
  char *url; /* owned: as requested, before redirects */
  guint64 length;
  char *etag; /* owned; NULL: none */
  char *last_modified; /* owned; NULL: none */
} VzDownloadOrigin;

void vz_download_origin_clear (VzDownloadOrigin *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzDownloadOrigin, vz_download_origin_clear)

/* What an answer says about the file at @url. */
void vz_download_origin_set (VzDownloadOrigin *self, const char *url, const VzHttpHeaders *headers,
                             guint64 length);

/* Whether an answer is about the same file: validators that both have must match. */
gboolean vz_download_origin_matches (const VzDownloadOrigin *self, const VzHttpHeaders *headers);

/* The value of If-Range; NULL: nothing distinguishes versions. */
const char *vz_download_origin_get_condition (const VzDownloadOrigin *self);

/* The sidecar: a header with a checksum, then one character per block. Blocks are completed one by
 * one, and each is recorded by a single byte, so that the sidecar is always consistent. */
GBytes *vz_download_state_format (const VzDownloadOrigin *origin, const VzDownloadPlan *plan,
                                  const char *boot, gsize *ret_head);

/* Fills in @origin and @plan (with what is reliable in the boot called @boot). FALSE: not a
 * complete sidecar. */
gboolean vz_download_state_parse (GBytes *bytes, const char *boot, VzDownloadOrigin *ret_origin,
                                  VzDownloadPlan *ret_plan, gsize *ret_head);

/* The name of this boot of the host: data that was not synchronized may be lost by the next. */
char *vz_download_state_dup_boot (void);

G_END_DECLS
