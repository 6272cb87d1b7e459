/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds pages of the guest's memory in the stream that QEMU makes of a state. Anything that is not
 * understood, such as the stream of another QEMU series, is treated as something other than
 * pages. */

#define VZ_STATE_PAGE_SIZE 4096u
/* Bytes that may have to be there before it can be told what they are: the names of all blocks. */
#define VZ_STATE_ELEMENT_MAX (64u * 1024)

/* A page as it stands in the stream. */
typedef struct {
  guint64 address; /* in the block of memory that it is of */
  const guint8 *data; /* VZ_STATE_PAGE_SIZE bytes; NULL: zeros */
  const char *block; /* not terminated; NULL: the block of the record before */
  guint8 block_size; /* bytes of that name */
  gsize size; /* of the record; 0: it is not whole */
} VzStatePage;

/* FALSE: @data does not begin with a page. */
gboolean vz_state_page_parse (const guint8 *data, gsize size, VzStatePage *ret_page);

typedef struct _VzStateScanner VzStateScanner;

/* @block: the name of the block whose pages are looked for; NULL: there are none. */
VzStateScanner *vz_state_scanner_new (const char *block);
void vz_state_scanner_free (VzStateScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzStateScanner, vz_state_scanner_free)

/* A part of the stream. One of pages has whole records of pages of the block only, and no page
 * that an earlier part of pages has: so their order does not matter. */
typedef struct {
  gsize size;
  gboolean pages;
  guint64 region; /* of the last page */
  guint64 memory; /* bytes of the block that it mentions for the first time, including zeros */
} VzStatePart;

/* @data is what follows the part before, as much of it as there is. Extends @part, zero at first,
 * as far as it goes; TRUE when it is at its end, FALSE when more data may prolong it. Without
 * @more, as much of @data as possible becomes the part. */
gboolean vz_state_scanner_extend (VzStateScanner *self, const guint8 *data, gsize size,
                                  gboolean more, VzStatePart *part);

G_END_DECLS
