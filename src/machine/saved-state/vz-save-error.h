/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Codes of what goes wrong with saved states: Apple's SAVE and RESTORE, with ours below them. Each
 * takes an error or none. */

void vz_save_error_blame_saving (GError **error);
/* A state that cannot be read now may be another time, or by its owner: that stays IO. */
void vz_save_error_blame_state (GError **error);
/* What a restore tells its caller: Apple's codes. */
void vz_save_error_generalize (GError **error);
/* Whether a restore failed because the state is of no use, to anybody and for good. */
gboolean vz_save_error_is_of_state (const GError *error);

G_END_DECLS
