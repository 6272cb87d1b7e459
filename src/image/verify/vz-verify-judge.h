/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/verify/vz-finding.h"
#include "image/verify/vz-member-sums.h"
#include "image/verify/vz-verify-plan.h"

G_BEGIN_DECLS

/* What the sums of a member mean for the claims about it. */

/* Numbers of the digests that would prove a claim; an unwanted one repeats the first. */
typedef struct {
  guint first;
  guint second;
} VzVerifyWant;

VzVerifyWant vz_verify_judge_want (const VzVerifyClaim *claim, const VzVerifyGroup *group,
                                   VzMemberSums *sums);

/* Whether it is known which bytes the claim's digest covers, so that a mismatch means damage. To be
 * called once the sums have begun. */
gboolean vz_verify_judge_knows_coverage (const VzVerifyClaim *claim, const VzVerifyGroup *group,
                                         VzMemberSums *sums);

/* NULL if the member has the right checksum, else a sentence. */
char *vz_verify_judge_checksum (const VzImageMember *member, VzMemberSums *sums);

/* @sums NULL: the member was not read to its end; @trouble NULL: it is sound as a zip member. */
VzFinding *vz_verify_judge_claim (const VzVerifyClaim *claim, const VzVerifyGroup *group,
                                  const VzVerifyWant *want, VzMemberSums *sums,
                                  const char *trouble);

/* For a faulty member that belongs to no component. */
VzFinding *vz_verify_judge_member (const VzImageMember *member, VzMemberSums *sums,
                                   const char *trouble);

/* For a claim without a member. */
VzFinding *vz_verify_judge_absent (const VzVerifyClaim *claim, const VzVerifyGroup *group);

/* For a chunked component whose chunks are all good. */
VzFinding *vz_verify_judge_group (const VzVerifyGroup *group);

G_END_DECLS
