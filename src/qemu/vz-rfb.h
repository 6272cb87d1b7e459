/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* As much of a VNC client (RFB) as is needed to know a screen's size and request another. */
typedef struct {
  int fd; /* -1: closed */
  guint width, height; /* of what the guest shows, in pixels */
} VzRfb;
#define VZ_RFB_CLOSED ((VzRfb){ .fd = -1 })

/* @path: a VNC server's socket that requires no password. */
gboolean vz_rfb_open (VzRfb *self, const char *path, GCancellable *cancellable, GError **error);
/* The same on a connection, taking ownership of it. */
gboolean vz_rfb_begin (VzRfb *self, int fd, GCancellable *cancellable, GError **error);
void vz_rfb_close (VzRfb *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzRfb, vz_rfb_close)

/* Whether the guest was told; NOT_SUPPORTED if its display has a fixed size. */
gboolean vz_rfb_ask_for_size (VzRfb *self, guint width, guint height, GCancellable *cancellable,
                              GError **error);
/* Reads what has arrived, if anything, including the size. */
gboolean vz_rfb_read (VzRfb *self, GCancellable *cancellable, GError **error);

G_END_DECLS
