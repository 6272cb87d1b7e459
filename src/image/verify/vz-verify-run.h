/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "image/verify/vz-finding.h"
#include "image/verify/vz-verify-plan.h"

G_BEGIN_DECLS

/* Executes the plan on all cores. Returns the findings, of VzFinding, in the manifest's order; NULL
 * only if cancelled. @progress (nullable) counts bytes of the file, and its total is set. */
GPtrArray *vz_verify_run (VzVerifyPlan *plan, VzProgress *progress, GCancellable *cancellable,
                          GError **error);

G_END_DECLS
