/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "systems/vz-system.h"

G_BEGIN_DECLS

/**
 * VzDiskProofKind:
 * @VZ_DISK_PROOF_KIND_NOTHING: nothing says what the image should be
 * @VZ_DISK_PROOF_KIND_CHECKSUM: an unsigned list of digests; from a server, it detects damage but
 * not an intruder
 * @VZ_DISK_PROOF_KIND_SIGNATURE: a list of digests signed by the publisher
 * @VZ_DISK_PROOF_KIND_DIGEST: a digest given by the user
 *
 * What vouches for a disk image.
 *
 * Since: 0.1
 */
typedef enum {
  VZ_DISK_PROOF_KIND_NOTHING,
  VZ_DISK_PROOF_KIND_CHECKSUM,
  VZ_DISK_PROOF_KIND_SIGNATURE,
  VZ_DISK_PROOF_KIND_DIGEST,
} VzDiskProofKind;

#define VZ_TYPE_DISK_PROOF (vz_disk_proof_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzDiskProof, vz_disk_proof, VZ, DISK_PROOF, GObject)

VZ_PUBLIC
VzDiskProof *vz_disk_proof_new (void);
VZ_PUBLIC
VzDiskProof *vz_disk_proof_new_for_system (VzSystem *system);

VZ_PUBLIC
gboolean vz_disk_proof_set_sha256 (VzDiskProof *self, const char *sha256, GError **error);
VZ_PUBLIC
void vz_disk_proof_set_checksums (VzDiskProof *self, const char *location);
VZ_PUBLIC
void vz_disk_proof_set_signature (VzDiskProof *self, const char *location);
VZ_PUBLIC
void vz_disk_proof_add_keyring (VzDiskProof *self, const char *path);
VZ_PUBLIC
void vz_disk_proof_set_allow_unverified (VzDiskProof *self, gboolean allow_unverified);

VZ_PUBLIC
gboolean vz_disk_proof_check (VzDiskProof *self, const char *location, GError **error);
VZ_PUBLIC
VzDiskProofKind vz_disk_proof_get_kind (VzDiskProof *self);
VZ_PUBLIC
const char *vz_disk_proof_get_checksums (VzDiskProof *self);
VZ_PUBLIC
const char *vz_disk_proof_get_signature (VzDiskProof *self);
VZ_PUBLIC
const char *vz_disk_proof_get_keys (VzDiskProof *self);
VZ_PUBLIC
const char *const *vz_disk_proof_get_signers (VzDiskProof *self);

VZ_PUBLIC
gboolean vz_disk_proof_resolve (VzDiskProof *self, const char *location, GCancellable *cancellable,
                                GError **error);
VZ_PUBLIC
void vz_disk_proof_resolve_async (VzDiskProof *self, const char *location,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
VZ_PUBLIC
gboolean vz_disk_proof_resolve_finish (VzDiskProof *self, GAsyncResult *result, GError **error);
VZ_PUBLIC
gboolean vz_disk_proof_download (VzDiskProof *self, const char *location, const char *destination,
                                 guint64 rate_limit, VzProgress *progress,
                                 GCancellable *cancellable, GError **error);
VZ_PUBLIC
const char *vz_disk_proof_get_algorithm (VzDiskProof *self);
VZ_PUBLIC
const char *vz_disk_proof_get_digest (VzDiskProof *self);
VZ_PUBLIC
const char *vz_disk_proof_get_signer (VzDiskProof *self);

G_END_DECLS
