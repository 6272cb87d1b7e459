/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Apple's Image4 files, as far as a digest in the manifest depends on them: it covers the payload
 * (IM4P), which a complete image (IMG4) contains, after its type has been replaced by the one that
 * the component requests. */

typedef enum {
  VZ_IMAGE4_NONE, /* another kind of file */
  VZ_IMAGE4_DAMAGED, /* begins like one, but its headers are impossible */
  VZ_IMAGE4_SOUND,
} VzImage4Kind;

#define VZ_IMAGE4_TYPE_SIZE 4
#define VZ_IMAGE4_HEAD_SIZE 64 /* all headers of a file are within this many bytes */

typedef struct {
  guint64 offset; /* where the payload begins, */
  guint64 size; /* and its length including its header */
  guint64 type_offset;
  char type[VZ_IMAGE4_TYPE_SIZE + 1]; /* "krnl" */
} VzImage4;

/* @head: the first @head_size bytes of the file, VZ_IMAGE4_HEAD_SIZE unless it has fewer.
 * @ret_image is set if it is sound. */
VzImage4Kind vz_image4_parse (const guint8 *head, gsize head_size, guint64 file_size,
                              VzImage4 *ret_image);

/* The type of a component's payload in a running system: "KernelCache" -> "krnl". NULL if
 * unknown. */
const char *vz_image4_type_for_component (const char *name);

G_END_DECLS
