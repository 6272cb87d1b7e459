/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "image/verify/vz-finding.h"
#include "image/verify/vz-verify-plan.h"
#include "image/zip/vz-member-reader.h"

G_BEGIN_DECLS

/* Reads members one after another and judges the plan's claims about them. Used by one thread. */
typedef struct _VzMemberCheck VzMemberCheck;

/* Receives each piece of a member as it is read. */
typedef gboolean (*VzMemberSink) (gpointer data, const VzMemberPiece *piece, GError **error);

/* @plan is borrowed. @progress (nullable) is advanced by the packed bytes of members, read or
 * not. */
VzMemberCheck *vz_member_check_new (VzVerifyPlan *plan, VzProgress *progress,
                                    GCancellable *cancellable);
void vz_member_check_free (VzMemberCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzMemberCheck, vz_member_check_free)

VzMemberReader *vz_member_check_get_reader (VzMemberCheck *self);

/* For callers that only care about damage: digests whose coverage is unknown, and so cannot show
 * any, are not computed, and claims about such members not judged. */
void vz_member_check_skip_unknown (VzMemberCheck *self);

/* Reads the member to its end, also passing its content to @sink (nullable). FALSE if cancelled,
 * the sink failed, or the member cannot be read. */
gboolean vz_member_check_read (VzMemberCheck *self, const VzVerifyUnit *unit, VzMemberSink sink,
                               gpointer sink_data, GError **error);

/* A finding for each claim about the last member read, in order, and one more for the member itself
 * if there is a problem that no claim covers. Of VzFinding. @failure is that of reading; NULL: it
 * was read. */
GPtrArray *vz_member_check_judge (VzMemberCheck *self, const VzVerifyUnit *unit,
                                  const GError *failure);

G_END_DECLS
