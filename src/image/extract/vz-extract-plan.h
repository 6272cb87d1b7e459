/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/vz-restore-image.h"
#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

#define VZ_EXTRACT_LINK_MAX 1024 /* bytes of a symbolic link's target */

/* What the user's names refer to in an image. Immutable once created. */

typedef struct {
  const VzImageMember *member; /* borrowed from the image; NULL: a chunked component */
  VzComponent *component; /* owned: the chunked one, else NULL */
  char *target; /* owned: its name below the folder; a folder's ends with '/' */
} VzExtractItem;

typedef struct {
  GArray *items; /* of VzExtractItem, chunked components, then members in the image's order */
  guint64 packed_size; /* bytes that they take in the image */
  guint64 size; /* bytes to be written, not counting chunks of zeros */
} VzExtractPlan;

/* A name is that of a member; a pattern for members, with '*' and '?', which matches Finder's junk
 * only if it begins the same way; or that of a component, optionally followed by "@BOARD". If
 * several boards have the component, it means the one for the machine that this host would install,
 * or else the one for virtual machines.
 *
 * NOT_FOUND; INVALID_ARGUMENT if a component is still several files; INVALID_RESTORE_IMAGE if a
 * member is a device, or a link with a long target. */
VzExtractPlan *vz_extract_plan_new (VzRestoreImage *image, const char *const *names,
                                    GError **error);
void vz_extract_plan_free (VzExtractPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzExtractPlan, vz_extract_plan_free)

G_END_DECLS
