/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-chunk.h"

G_BEGIN_DECLS

/* The bytes of a saved state. All numbers are little-endian.
 *
 *   head    a skippable zstd frame: VZ_SAVE_MAGIC, version (u32), description (JSON)
 *   pieces  zstd frames
 *   tail    a skippable zstd frame: one entry per piece, then the end
 *
 * So `zstd -dc` of the whole file gives QEMU's stream. */

#define VZ_SAVE_MAGIC "vzvmsave"
#define VZ_SAVE_MAGIC_BYTES \
  { \
    'v', 'z', 'v', 'm', 's', 'a', 'v', 'e' \
  } /* the same without a NUL */
#define VZ_SAVE_VERSION 2
#define VZ_SAVE_HEAD_FRAME 0x184D2A50u /* the first of zstd's numbers for skippable frames */
#define VZ_SAVE_TAIL_FRAME 0x184D2A51u
#define VZ_SAVE_DESCRIPTION_MAX (1024 * 1024)
#define VZ_SAVE_STALL_MS (60 * 1000) /* QEMU hangs if it does not read or write for that long */

typedef struct {
  guint32 number;
  guint32 size; /* of what follows */
} VzSaveFrame;

typedef struct {
  char magic[8];
  guint32 version;
} VzSaveHead;

/* Only pages of the guest's memory, each for the first time. */
#define VZ_SAVE_PAGES 1u

typedef struct {
  guint32 packed; /* bytes in the file */
  guint32 unpacked; /* bytes of the stream */
  guint32 sum; /* CRC-32 of the packed bytes */
  guint32 flags;
} VzSaveEntry;

/* The last bytes of the file. */
typedef struct {
  guint64 head_size; /* of the frame and its contents */
  guint64 n_pieces;
  guint8 digest[VZ_CHUNK_DIGEST_SIZE]; /* of the head, the entries and the two numbers above */
  char magic[8];
} VzSaveEnd;

_Static_assert(sizeof (VzSaveFrame) == 8 && sizeof (VzSaveHead) == 12 &&
                 sizeof (VzSaveEntry) == 16 && sizeof (VzSaveEnd) == 56,
               "no gaps");

G_END_DECLS
