/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/saved-state/vz-save-error.h"

#include "foundation/vz-fail.h"

/* Every failure has Apple's code for it, except for caller's mistakes, a full disk, a state that is
 * usable elsewhere, and what another program is doing right now. */
static void
blame (GError **error, VzError code)
{
  if (error != NULL && *error != NULL && !vz_error_is_cancelled (*error) &&
      !g_error_matches (*error, VZ_ERROR, VZ_ERROR_OUT_OF_DISK_SPACE) &&
      !g_error_matches (*error, VZ_ERROR, VZ_ERROR_FOREIGN_SAVED_STATE) &&
      !g_error_matches (*error, VZ_ERROR, VZ_ERROR_BUSY))
    vz_fail_recode (error, code);
}

void
vz_save_error_blame_saving (GError **error)
{
  blame (error, VZ_ERROR_SAVE);
}

void
vz_save_error_blame_state (GError **error)
{
  if (error != NULL && !g_error_matches (*error, VZ_ERROR, VZ_ERROR_IO))
    blame (error, VZ_ERROR_RESTORE);
}

void
vz_save_error_generalize (GError **error)
{
  vz_fail_generalize (error, VZ_ERROR_FOREIGN_SAVED_STATE, VZ_ERROR_RESTORE);
  vz_fail_generalize (error, VZ_ERROR_IO, VZ_ERROR_RESTORE);
  vz_fail_generalize (error, VZ_ERROR_BUSY, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
}

gboolean
vz_save_error_is_of_state (const GError *error)
{
  return g_error_matches (error, VZ_ERROR, VZ_ERROR_RESTORE) &&
         !vz_error_is (error, VZ_ERROR_FOREIGN_SAVED_STATE) && !vz_error_is (error, VZ_ERROR_IO);
}
