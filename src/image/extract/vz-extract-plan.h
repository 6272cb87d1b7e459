/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/vz-restore-image.h"
#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

#define VZ_EXTRACT_LINK_MAX 1024 /* bytes of a symbolic link's target */

/* What the names that a user gives stand for in an image. Immutable once made. */

typedef struct {
  const VzImageMember *member; /* borrowed from the image; NULL: a component in chunks */
  VzComponent *component; /* owned: the one in chunks, else NULL */
  char *target; /* owned: what it is called below the folder; a folder's ends with '/' */
} VzExtractItem;

typedef struct {
  GArray *items; /* of VzExtractItem, components in chunks, then members in the image's order */
  guint64 packed_size; /* bytes of the image that they take */
  guint64 size; /* bytes that are written, not counting chunks of zeros */
} VzExtractPlan;

/* A name is that of a member; a pattern for members, with '*' and '?', which matches Finder's junk
 * only when it begins like it; or that of a component, which may be followed by "@BOARD". If
 * several boards have the component, the one for the machine that this host would install is meant,
 * or else the one for virtual machines.
 *
 * NOT_FOUND; INVALID_ARGUMENT when a component is still several files; INVALID_RESTORE_IMAGE when a
 * member is a device, or a link with a long target. */
VzExtractPlan *vz_extract_plan_new (VzRestoreImage *image, const char *const *names,
                                    GError **error);
void vz_extract_plan_free (VzExtractPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzExtractPlan, vz_extract_plan_free)

G_END_DECLS
