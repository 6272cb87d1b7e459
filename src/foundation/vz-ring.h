/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Work that threads do in any order and one consumer wants in the original order, within bounded
 * memory. */
typedef struct _VzRing VzRing;

typedef struct {
  gsize slot_size;
  void (*init) (gpointer slot, gpointer user_data); /* slots are zero-filled at first */
  void (*clear) (gpointer slot, gpointer user_data);
  /* Begins piece @number: one thread at a time, in order. FALSE without @error: no more pieces. */
  gboolean (*take) (guint64 number, gpointer slot, gpointer user_data, GError **error);
  /* Processes it: all threads in parallel. */
  gboolean (*work) (gpointer slot, gpointer user_data, GError **error);
} VzRingWork;

/* Starts threads, one per core. @work and @user_data are borrowed until vz_ring_free(). */
VzRing *vz_ring_new (const VzRingWork *work, gpointer user_data);

/* Ends the threads, once their current work is done, and frees everything. */
void vz_ring_free (VzRing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzRing, vz_ring_free)

/* The next piece in order, the consumer's until the next call; NULL at the end, or with the first
 * @error of any piece. */
gpointer vz_ring_next (VzRing *self, GError **error);

G_END_DECLS
