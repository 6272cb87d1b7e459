/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Error codes for saved states: Apple's SAVE and RESTORE, with ours as the underlying errors. Each
 * function also accepts no error. */

void vz_save_error_blame_saving (GError **error);
/* A state that cannot be read now may be readable later, or by its owner: that stays IO. */
void vz_save_error_blame_state (GError **error);
/* The codes that a restore returns to its caller: Apple's. */
void vz_save_error_generalize (GError **error);
/* Whether a restore failed because the state is permanently useless to everyone. */
gboolean vz_save_error_is_of_state (const GError *error);

G_END_DECLS
