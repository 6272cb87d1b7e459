/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A thread that keeps the disk writing while more of the file arrives, so that there is little to
 * wait for at the end, and that makes data durable on request. */
typedef struct _VzDownloadFlush VzDownloadFlush;

/* @fd: borrowed. */
VzDownloadFlush *vz_download_flush_new (int fd);
void vz_download_flush_free (VzDownloadFlush *self); /* ends the thread after its current work */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzDownloadFlush, vz_download_flush_free)

/* Records that @size more bytes were written. */
void vz_download_flush_wrote (VzDownloadFlush *self, gsize size);

/* Starts making everything durable that was written before this call. */
void vz_download_flush_begin (VzDownloadFlush *self);

/* Whether all requested flushes have finished. They may have failed. */
gboolean vz_download_flush_is_idle (VzDownloadFlush *self);

/* Waits for that. 0, or errno: then it is unknown what of the file is on the disk, permanently. */
int vz_download_flush_wait (VzDownloadFlush *self);

G_END_DECLS
