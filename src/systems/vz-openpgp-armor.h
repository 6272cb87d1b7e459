/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Keys as gpgv takes them: those of the blocks "BEGIN PGP PUBLIC KEY BLOCK" in a text, one behind
 * the other; what has no such block is given back as it is. VERIFICATION_FAILED when a block has no
 * end or is not base64. */
GBytes *vz_openpgp_dearmor_keys (GBytes *bytes, GError **error);

/* Whether it begins as a text that is signed in itself. */
gboolean vz_openpgp_is_clear_signed (GBytes *bytes);

G_END_DECLS
