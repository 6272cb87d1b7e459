/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-component.h"
#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

/* What verifying an image has to compute: which bytes to read in which order, and the expected
 * results. Immutable once created. */

/* A component, or the same one for several boards. */
typedef struct {
  VzComponent *component; /* owned: the first of them */
  GPtrArray *device_classes; /* of string */
  GBytes *digest; /* NULL: none */
} VzVerifyGroup;

/* What a component or chunk claims about a member. */
typedef struct {
  guint32 member; /* number; VZ_VERIFY_ABSENT: there is none */
  guint32 group;
  gint64 chunk; /* -1: the whole component */
  const guint8 *expected; /* NULL: no digest, or one of unknown length */
  gsize expected_size;
} VzVerifyClaim;

#define VZ_VERIFY_ABSENT G_MAXUINT32

/* A member with the claims about it, which are adjacent. */
typedef struct {
  const VzImageMember *member;
  guint first_claim;
  guint n_claims;
} VzVerifyUnit;

typedef struct {
  VzImageContainer *container; /* owned */
  GPtrArray *groups; /* of VzVerifyGroup */
  GArray *claims; /* of VzVerifyClaim; those without a member are at the end */
  guint n_absent; /* how many have none */
  GArray *units; /* of VzVerifyUnit, one per member, in processing order */
  guint64 size; /* bytes to read */
} VzVerifyPlan;

/* @components: of VzComponent */
VzVerifyPlan *vz_verify_plan_new (VzImageContainer *container, GPtrArray *components);
void vz_verify_plan_free (VzVerifyPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzVerifyPlan, vz_verify_plan_free)

G_END_DECLS
