/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-component.h"
#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

/* What verifying an image has to compute: which bytes are read in which order, and what each has to
 * come to. Immutable once made. */

/* A component, or the same one of several boards. */
typedef struct {
  VzComponent *component; /* owned: the first of them */
  GPtrArray *device_classes; /* of string */
  GBytes *digest; /* NULL: none */
} VzVerifyGroup;

/* A component's or a chunk's word about a member. */
typedef struct {
  guint32 member; /* number; VZ_VERIFY_ABSENT: there is none */
  guint32 group;
  gint64 chunk; /* -1: the whole component */
  const guint8 *expected; /* NULL: no digest, or of no length that is known */
  gsize expected_size;
} VzVerifyClaim;

#define VZ_VERIFY_ABSENT G_MAXUINT32

/* A member with the claims about it, which stand side by side. */
typedef struct {
  const VzImageMember *member;
  guint first_claim;
  guint n_claims;
} VzVerifyUnit;

typedef struct {
  VzImageContainer *container; /* owned */
  GPtrArray *groups; /* of VzVerifyGroup */
  GArray *claims; /* of VzVerifyClaim; those about nothing stand at the end */
  guint n_absent; /* how many do */
  GArray *units; /* of VzVerifyUnit, one for each member, in the order of the work */
  guint64 size; /* bytes to read */
} VzVerifyPlan;

/* @components: of VzComponent */
VzVerifyPlan *vz_verify_plan_new (VzImageContainer *container, GPtrArray *components);
void vz_verify_plan_free (VzVerifyPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzVerifyPlan, vz_verify_plan_free)

G_END_DECLS
