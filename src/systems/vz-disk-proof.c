/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-disk-proof-private.h"

#include <string.h>

#include "foundation/vz-fail.h"
#include "systems/vz-signature.h"
#include "systems/vz-system-private.h"
#include "transfer/vz-http-handle.h"

/* How this works
 *
 * What the user names takes precedence over what is known about the system: a digest needs nothing
 * else; the user's own checksums replace those of the system, with their signature; the user's own
 * keyrings replace the publisher's keys, and then any key in them will do. Only then is it decided
 * what this proves, and whether it is enough (vz_disk_proof_check()). Only vz-disk-proof-resolve.c
 * uses the network. */

#define SHA256_DIGITS 64

/**
 * VzDiskProof:
 *
 * What a disk image must be, and who vouches for it: a digest, or a publisher's list of digests
 * with the publisher's signature. [class@BundleInstaller] consults it before anything of the image
 * is fetched, and verifies the image as it arrives. Not in Apple's framework.
 *
 * ```c
 * g_autoptr (VzDiskProof) proof = vz_disk_proof_new_for_system (fedora);
 *
 * if (!vz_bundle_installer_set_disk (installer, fedora->url, proof, NULL, &error))
 *   return FALSE;
 * ```
 *
 * QEMU: not involved.
 *
 * Since: 0.1
 */
G_DEFINE_FINAL_TYPE (VzDiskProof, vz_disk_proof, G_TYPE_OBJECT)

static void
vz_disk_proof_finalize (GObject *object)
{
  VzDiskProof *self = VZ_DISK_PROOF (object);

  g_clear_pointer (&self->system, vz_system_unref);
  g_free (self->sha256);
  g_free (self->checksums);
  g_free (self->signature);
  g_clear_pointer (&self->keyrings, g_ptr_array_unref);
  g_free (self->signer);
  G_OBJECT_CLASS (vz_disk_proof_parent_class)->finalize (object);
}

static void
vz_disk_proof_class_init (VzDiskProofClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_disk_proof_finalize;
}

static void
vz_disk_proof_init (VzDiskProof *self)
{
  self->keyrings = g_ptr_array_new_with_free_func (g_free);
}

/**
 * vz_disk_proof_new:
 *
 * Makes an empty proof, which suffices only for a local file.
 *
 * Returns: (transfer full): the proof
 *
 * Since: 0.1
 */
VzDiskProof *
vz_disk_proof_new (void)
{
  return g_object_new (VZ_TYPE_DISK_PROOF, NULL);
}

/**
 * vz_disk_proof_new_for_system:
 * @system: a system
 *
 * Makes a proof from what is known about a system's image.
 *
 * Returns: (transfer full): the proof
 *
 * Since: 0.1
 */
VzDiskProof *
vz_disk_proof_new_for_system (VzSystem *system)
{
  VzDiskProof *self;

  g_return_val_if_fail (system != NULL, NULL);
  self = vz_disk_proof_new ();
  self->system = vz_system_ref (system);
  self->checksums = g_strdup (system->checksums);
  self->signature = g_strdup (system->signature);
  self->is_clear_signed = system->is_clear_signed;
  return self;
}

/**
 * vz_disk_proof_set_sha256:
 * @self: a proof
 * @sha256: the hexadecimal digest that the image must have
 * @error: return location for an error, or %NULL
 *
 * Sets the image's digest. Nothing else is then consulted.
 *
 * Returns: whether it is a valid digest; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT
 *
 * Since: 0.1
 */
gboolean
vz_disk_proof_set_sha256 (VzDiskProof *self, const char *sha256, GError **error)
{
  g_return_val_if_fail (VZ_IS_DISK_PROOF (self) && sha256 != NULL, FALSE);
  if (strlen (sha256) != SHA256_DIGITS ||
      strspn (sha256, "0123456789abcdefABCDEF") != SHA256_DIGITS)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "sha256: '%.80s' found, must be %d hexadecimal digits", sha256, SHA256_DIGITS);
  g_free (self->sha256);
  self->sha256 = g_ascii_strdown (sha256, -1);
  return TRUE;
}

/**
 * vz_disk_proof_set_checksums:
 * @self: a proof
 * @location: (type filename): a list of digests as `sha256sum` or `sha512sum` writes it, a local
 *   file or an http or https address
 *
 * Sets the list that has the image's digest. The signature of another list no longer counts.
 *
 * Since: 0.1
 */
void
vz_disk_proof_set_checksums (VzDiskProof *self, const char *location)
{
  g_return_if_fail (VZ_IS_DISK_PROOF (self) && location != NULL);
  g_free (self->checksums);
  self->checksums = g_strdup (location);
  g_clear_pointer (&self->signature, g_free);
  self->is_clear_signed = self->keyrings->len > 0;
  self->is_own = TRUE;
}

/**
 * vz_disk_proof_set_signature:
 * @self: a proof
 * @location: (type filename): a detached signature, a local file or an http or https address
 *
 * Sets the signature of the list of digests. Without it, a list that the user has named is expected
 * to contain its own signature if there are keyrings for it.
 *
 * Since: 0.1
 */
void
vz_disk_proof_set_signature (VzDiskProof *self, const char *location)
{
  g_return_if_fail (VZ_IS_DISK_PROOF (self) && location != NULL);
  g_free (self->signature);
  self->signature = g_strdup (location);
  self->is_clear_signed = FALSE;
}

/**
 * vz_disk_proof_add_keyring:
 * @self: a proof
 * @path: (type filename): a file with OpenPGP public keys, binary or armored
 *
 * Adds keys, any of which may have signed the list of digests, whatever is known about the system.
 * At most four files can be added.
 *
 * Since: 0.1
 */
void
vz_disk_proof_add_keyring (VzDiskProof *self, const char *path)
{
  g_return_if_fail (VZ_IS_DISK_PROOF (self) && path != NULL);
  g_ptr_array_add (self->keyrings, g_strdup (path));
  if (self->signature == NULL && self->is_own)
    self->is_clear_signed = TRUE;
}

/**
 * vz_disk_proof_set_allow_unverified:
 * @self: a proof
 * @allow_unverified: whether to accept it
 *
 * Sets whether an image from a server is accepted when nothing vouches for it, or nothing but an
 * unsigned list. Whatever there is gets checked nevertheless, and must be right.
 *
 * Since: 0.1
 */
void
vz_disk_proof_set_allow_unverified (VzDiskProof *self, gboolean allow_unverified)
{
  g_return_if_fail (VZ_IS_DISK_PROOF (self));
  self->allow_unverified = allow_unverified;
}

const char *
vz_disk_proof_find_keys (VzDiskProof *self)
{
  const char *found;

  if (self->keyrings->len > 0)
    return self->keyrings->pdata[0];
  if (self->system == NULL || self->is_own)
    return NULL;
  found = vz_system_find_keyring (self->system);
  return found != NULL ? found : self->system->key;
}

/**
 * vz_disk_proof_get_kind:
 * @self: a proof
 *
 * Returns: what vouches for the image, as far as this host can check it
 *
 * Since: 0.1
 */
VzDiskProofKind
vz_disk_proof_get_kind (VzDiskProof *self)
{
  g_return_val_if_fail (VZ_IS_DISK_PROOF (self), VZ_DISK_PROOF_KIND_NOTHING);
  if (self->sha256 != NULL)
    return VZ_DISK_PROOF_KIND_DIGEST;
  if (self->checksums == NULL)
    return VZ_DISK_PROOF_KIND_NOTHING;
  return (self->signature != NULL || self->is_clear_signed) &&
             vz_disk_proof_find_keys (self) != NULL
           ? VZ_DISK_PROOF_KIND_SIGNATURE
           : VZ_DISK_PROOF_KIND_CHECKSUM;
}

static gboolean
check_parts (VzDiskProof *self, GError **error)
{
  if (self->signature != NULL && self->checksums == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "signature: needs checksums, the signed list of digests");
  if (self->signature != NULL && self->is_own && self->keyrings->len == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "signature: needs a keyring with the keys that may have signed it");
  if (self->keyrings->len > 0 && self->signature == NULL && !self->is_clear_signed)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "keyring: nothing is signed that its keys could verify");
  if (self->keyrings->len > VZ_KEYRINGS_MAX)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "keyring: %u found, at most %d are allowed",
                    self->keyrings->len, VZ_KEYRINGS_MAX);
  for (guint i = 0; i < self->keyrings->len; i++)
    if (!g_file_test (self->keyrings->pdata[i], G_FILE_TEST_IS_REGULAR))
      return vz_fail (error, VZ_ERROR_NOT_FOUND, "keyring: '%s' is not a file",
                      (const char *) self->keyrings->pdata[i]);
  return TRUE;
}

/* Why the available proof is not sufficient. */
static const char *
explain (VzDiskProof *self)
{
  if (self->signature != NULL || self->is_clear_signed)
    return "its publisher signs it, but this host does not have the publisher's key";
  if (self->checksums != NULL)
    return "its list of digests is not signed";
  return "there is no digest to verify this file with";
}

/**
 * vz_disk_proof_check:
 * @self: a proof
 * @location: (type filename): the image, a local file or an http or https address
 * @error: return location for an error, or %NULL
 *
 * Checks whether the proof suffices, without using the network: an image from a server needs a
 * digest, a list of digests that is signed or is a local file, or permission to be unverified.
 *
 * Returns: whether it does; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT, or %VZ_ERROR_NOT_FOUND
 *   for a keyring that does not exist
 *
 * Since: 0.1
 */
gboolean
vz_disk_proof_check (VzDiskProof *self, const char *location, GError **error)
{
  VzDiskProofKind kind;

  g_return_val_if_fail (VZ_IS_DISK_PROOF (self) && location != NULL, FALSE);
  if (!check_parts (self, error))
    return FALSE;
  kind = vz_disk_proof_get_kind (self);
  if (!vz_http_is_url (location) || self->allow_unverified ||
      kind >= VZ_DISK_PROOF_KIND_SIGNATURE ||
      (kind == VZ_DISK_PROOF_KIND_CHECKSUM && !vz_http_is_url (self->checksums)))
    return TRUE;
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "proof: '%s': %s", location, explain (self));
}

/**
 * vz_disk_proof_get_checksums:
 * @self: a proof
 *
 * Returns: (transfer none) (nullable) (type filename): the location of the list of digests, a path
 *   or an address; %NULL: there is none
 *
 * Since: 0.1
 */
const char *
vz_disk_proof_get_checksums (VzDiskProof *self)
{
  g_return_val_if_fail (VZ_IS_DISK_PROOF (self), NULL);
  return self->checksums;
}

/**
 * vz_disk_proof_get_signature:
 * @self: a proof
 *
 * Returns: (transfer none) (nullable) (type filename): the location of the list's signature, which
 *   is the list itself if it contains its signature; %NULL: there is none
 *
 * Since: 0.1
 */
const char *
vz_disk_proof_get_signature (VzDiskProof *self)
{
  g_return_val_if_fail (VZ_IS_DISK_PROOF (self), NULL);
  return self->is_clear_signed ? self->checksums : self->signature;
}

/**
 * vz_disk_proof_get_keys:
 * @self: a proof
 *
 * Returns: (transfer none) (nullable) (type filename): the location of the keys with which the
 *   signature is checked: the first keyring, or the address from which a key is fetched; %NULL:
 *   none
 *
 * Since: 0.1
 */
const char *
vz_disk_proof_get_keys (VzDiskProof *self)
{
  g_return_val_if_fail (VZ_IS_DISK_PROOF (self), NULL);
  return vz_disk_proof_find_keys (self);
}

/**
 * vz_disk_proof_get_signers:
 * @self: a proof
 *
 * Returns: (transfer none) (array zero-terminated=1): the fingerprints of the keys that may have
 *   signed the list; empty: any of the keys
 *
 * Since: 0.1
 */
const char *const *
vz_disk_proof_get_signers (VzDiskProof *self)
{
  static const char *const any[] = { NULL };

  g_return_val_if_fail (VZ_IS_DISK_PROOF (self), NULL);
  return self->keyrings->len > 0 || self->system == NULL
           ? any
           : (const char *const *) self->system->signers;
}

/**
 * vz_disk_proof_get_algorithm:
 * @self: a proof
 *
 * Returns: (transfer none) (nullable): `sha256` or `sha512`; %NULL until vz_disk_proof_resolve(),
 *   and when there is no digest
 *
 * Since: 0.1
 */
const char *
vz_disk_proof_get_algorithm (VzDiskProof *self)
{
  g_return_val_if_fail (VZ_IS_DISK_PROOF (self), NULL);
  return self->checksum.algorithm;
}

/**
 * vz_disk_proof_get_digest:
 * @self: a proof
 *
 * Returns: (transfer none) (nullable): the image's digest, lower-case hexadecimal; %NULL likewise
 *
 * Since: 0.1
 */
const char *
vz_disk_proof_get_digest (VzDiskProof *self)
{
  g_return_val_if_fail (VZ_IS_DISK_PROOF (self), NULL);
  return self->checksum.algorithm != NULL ? self->checksum.digest : NULL;
}

/**
 * vz_disk_proof_get_signer:
 * @self: a proof
 *
 * Returns: (transfer none) (nullable): the fingerprint of the key that signed the list of digests;
 *   %NULL until vz_disk_proof_resolve(), and when it is not signed
 *
 * Since: 0.1
 */
const char *
vz_disk_proof_get_signer (VzDiskProof *self)
{
  g_return_val_if_fail (VZ_IS_DISK_PROOF (self), NULL);
  return self->signer;
}
