/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-checksum-list.h"
#include "systems/vz-openpgp-armor.h"
#include "systems/vz-signature.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
find (const char *text, size_t size, const char *name)
{
  VzChecksum checksum = { NULL };
  g_autoptr (GError) error = NULL;

  if (!vz_checksum_list_find (text, size, name, &checksum, &error))
    {
      g_assert (error != NULL && checksum.algorithm == NULL);
      return;
    }
  g_assert (strlen (checksum.digest) == (g_str_equal (checksum.algorithm, "sha256") ? 64 : 128));
  g_assert (strspn (checksum.digest, "0123456789abcdef") == strlen (checksum.digest));
}

/* What a publisher's server sends: a list of digests, the block of a key; and what gpgv says of
 * such. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GBytes) keys = vz_openpgp_dearmor_keys (bytes, NULL);
  g_autofree char *signer = NULL;

  find ((const char *) data, size, "a.img");
  find ((const char *) data, size, "*");
  if (vz_signature_judge (text, (size & 1) != 0, NULL, &signer, NULL))
    g_assert (strstr (text, "[GNUPG:] GOODSIG") != NULL && strstr (text, signer) != NULL);
  if (keys != NULL)
    g_assert (g_bytes_get_size (keys) <= size);
  return 0;
}
