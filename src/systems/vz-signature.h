/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

#define VZ_SIGNATURE_MAX (256 * 1024) /* bytes of a detached one */
#define VZ_KEYRING_MAX (16 * 1024 * 1024)
#define VZ_KEYRINGS_MAX 4

/* Data that is supposed to be signed. */
typedef struct {
  GBytes *data;
  GBytes *signature; /* NULL: @data contains it */
  GPtrArray *keyrings; /* GBytes, binary or armored; at most VZ_KEYRINGS_MAX */
  const char *const
    *signers; /* fingerprints of the keys that may have made it; empty: any of @keyrings */
} VzSignature;

/* Verifies it with gpgv in a sandbox. Returns what is signed, @data or the text in it; @ret_signer:
 * the fingerprint of the key. NULL with VERIFICATION_FAILED, which says what is wrong: a different
 * key, an expired one, modified data; NOT_SUPPORTED without gpgv. */
GBytes *vz_signature_check (const VzSignature *self, char **ret_signer, GCancellable *cancellable,
                            GError **error);

/* Evaluates gpgv's status output. @signers as above. */
gboolean vz_signature_judge (const char *status, gboolean is_detached, const char *const *signers,
                             char **ret_signer, GError **error);

G_END_DECLS
