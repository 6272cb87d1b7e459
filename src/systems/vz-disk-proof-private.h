/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-checksum-list.h"
#include "systems/vz-disk-proof.h"
#include "transfer/vz-download.h"

G_BEGIN_DECLS

struct _VzDiskProof {
  GObject parent_instance;
  VzSystem *system; /* NULL: an image without a name */
  char *sha256; /* NULL: not given */
  char *checksums; /* a path or an address; NULL: none */
  char *signature; /* likewise */
  gboolean is_clear_signed; /* the checksums contain it */
  gboolean is_own; /* the user named the checksums, not the system's file */
  GPtrArray *keyrings; /* paths named by the user */
  gboolean allow_unverified;
  VzChecksum checksum; /* algorithm NULL: not known yet */
  char *signer; /* NULL: unknown or none */
};

/* Which keys count: the user's, else one of the system's; the address of its key if this host has
 * none of them. NULL: none. */
const char *vz_disk_proof_find_keys (VzDiskProof *self);

/* What is known about the image at @location from a resolved proof; borrows from both. */
VzDownload vz_disk_proof_describe (VzDiskProof *self, const char *location);

G_END_DECLS
