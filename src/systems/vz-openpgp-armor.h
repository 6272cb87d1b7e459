/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Keys as gpgv takes them: those of the blocks "BEGIN PGP PUBLIC KEY BLOCK" in a text,
 * concatenated; data without such a block is returned unchanged. VERIFICATION_FAILED if a block has
 * no end or is not base64. */
GBytes *vz_openpgp_dearmor_keys (GBytes *bytes, GError **error);

/* Whether it begins like a clear-signed text. */
gboolean vz_openpgp_is_clear_signed (GBytes *bytes);

G_END_DECLS
