/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A thread that has the disk at work while more of the file comes, so that little is left to wait
 * for at its end, and that makes durable what is there when it is asked to. */
typedef struct _VzDownloadFlush VzDownloadFlush;

/* @fd: borrowed. */
VzDownloadFlush *vz_download_flush_new (int fd);
void
vz_download_flush_free (VzDownloadFlush *self); /* ends the thread when it has done what it is at */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzDownloadFlush, vz_download_flush_free)

/* @size more bytes were written. */
void vz_download_flush_wrote (VzDownloadFlush *self, gsize size);

/* Begins to make durable all that was written before this call. */
void vz_download_flush_begin (VzDownloadFlush *self);

/* Whether nothing that was begun is still under way. It may have failed. */
gboolean vz_download_flush_is_idle (VzDownloadFlush *self);

/* Waits until it is. 0, or errno: what of the file is on the disk is not known then, and it stays
 * so. */
int vz_download_flush_wait (VzDownloadFlush *self);

G_END_DECLS
