/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VZ_IMAGE_MEMBER_STORED 0
#define VZ_IMAGE_MEMBER_DEFLATED 8

/* One member of an image's zip file, as the directory at its end describes it. */
typedef struct {
  char *name; /* UTF-8, relative, without "..", "." and empty parts; a folder's ends with '/' */
  guint64 index; /* its position in the directory */
  guint64 size; /* unpacked bytes */
  guint64 packed_size;
  guint64 offset; /* of its local header, followed by the data */
  guint64 end; /* where the next thing begins: the data end before it */
  guint32 checksum; /* CRC-32 of the unpacked data */
  guint32 mode; /* Unix mode with the file's type; 0: unspecified */
  guint16 method; /* how it is packed, one of those below or another */
  gboolean stored; /* neither compressed nor encrypted */
  gboolean encrypted;
} VzImageMember;

/* Whether it is what Finder adds beside members when it repacks an image. */
gboolean vz_image_member_is_junk (const VzImageMember *self);

/* A symbolic link: its content is its target. */
gboolean vz_image_member_is_link (const VzImageMember *self);

/* What is wrong with the target of a link: it leads out of the image, or might. NULL: nothing. */
const char *vz_image_member_target_problem (const VzImageMember *self, const char *target,
                                            gsize length);

/* NULL if a member may have this name, else what is wrong with it ("it is empty"). */
const char *vz_image_member_name_problem (const char *name, gsize length);

/* NULL if it is stored or deflated and not encrypted, else what it is: "is encrypted". */
char *vz_image_member_packing_problem (const VzImageMember *self);

G_END_DECLS
