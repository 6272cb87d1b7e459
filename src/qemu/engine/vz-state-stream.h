/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds pages of guest memory in QEMU's stream of a state. Anything unknown, such as the stream of
 * another QEMU series, is treated as something other than pages. */

#define VZ_STATE_PAGE_SIZE 4096u
/* Bytes that may be needed to recognize an element: the names of all blocks. */
#define VZ_STATE_ELEMENT_MAX (64u * 1024)

/* A page as it is in the stream. */
typedef struct {
  guint64 address; /* in its block of memory */
  const guint8 *data; /* VZ_STATE_PAGE_SIZE bytes; NULL: zeros */
  const char *block; /* not terminated; NULL: the previous record's block */
  guint8 block_size; /* bytes of that name */
  gsize size; /* of the record; 0: incomplete */
} VzStatePage;

/* FALSE: @data does not begin with a page. */
gboolean vz_state_page_parse (const guint8 *data, gsize size, VzStatePage *ret_page);

typedef struct _VzStateScanner VzStateScanner;

/* @block: the name of the block whose pages to find; NULL: there are none. */
VzStateScanner *vz_state_scanner_new (const char *block);
void vz_state_scanner_free (VzStateScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzStateScanner, vz_state_scanner_free)

/* A part of the stream. One of pages contains only whole records of pages of the block, and no page
 * that is in an earlier part of pages, so their order does not matter. */
typedef struct {
  gsize size;
  gboolean pages;
  guint64 region; /* of the last page */
  guint64 memory; /* bytes of the block first mentioned in it, including zeros */
} VzStatePart;

/* @data follows the previous part, as far as available. Extends @part, initially zero, as far as
 * possible; TRUE if it is complete, FALSE if more data may extend it. Without @more, as much of
 * @data as possible becomes the part. */
gboolean vz_state_scanner_extend (VzStateScanner *self, const guint8 *data, gsize size,
                                  gboolean more, VzStatePart *part);

G_END_DECLS
