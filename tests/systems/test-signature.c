/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-openpgp-armor.h"
#include "systems/vz-signature.h"

#include <string.h>

#define ONE "73BE949825E0FBAE06884A87FD5B2FFC2EDADF1D"
#define TWO "49B6007FCCF02E3742FA44450A4848E2FBB97F91"
#define SUB "656E4C5AC1CC3B86E539D97E343635A6859A9174"
#define S "[GNUPG:] "
#define GOOD S "NEWSIG\n" S "GOODSIG FD5B2FFC2EDADF1D Test <t@example.org>\n"
#define VALID(key, hash, primary) \
  S "VALIDSIG " key " 2026-11-29 1795974227 0 4 0 22 " hash " 00 " primary "\n"
#define EXPIRED S "NEWSIG\n" S "EXPKEYSIG 0A4848E2FBB97F91 Exp <e@example.org>\n"
#define UNKNOWN \
  S "NEWSIG\n" S "ERRSIG 0A4848E2FBB97F91 22 8 00 1 9 " TWO "\n" S "NO_PUBKEY 0A4848E2FBB97F91\n"

static const char *const any[] = { NULL };
static const char *const one[] = { ONE, NULL };

static const struct {
  const char *status;
  gboolean is_detached;
  const char *const *signers;
  const char *signer; /* NULL: refused */
  const char *message;
} rows[] = {
  { GOOD VALID (ONE, "8", ONE), TRUE, any, ONE, NULL },
  { GOOD VALID (ONE, "8", ONE), TRUE, one, ONE, NULL },
  { GOOD VALID (SUB, "10", ONE), TRUE, one, ONE, NULL },
  { S "PLAINTEXT 74 0 \n" GOOD VALID (ONE, "8", ONE), FALSE, one, ONE, NULL },
  { UNKNOWN GOOD VALID (ONE, "8", ONE), TRUE, one, ONE, NULL },
  { GOOD VALID (ONE, "8", ONE) UNKNOWN, TRUE, any, ONE, NULL },
  { EXPIRED VALID (TWO, "8", TWO) GOOD VALID (ONE, "8", ONE), TRUE, any, ONE, NULL },
  /* The key is another one. */
  { GOOD VALID (TWO, "8", TWO), TRUE, one, NULL, "signed by the key " TWO ", must be " ONE },
  { UNKNOWN, TRUE, any, NULL, "0A4848E2FBB97F91, which is not a known key" },
  { S "NEWSIG\n" S "ERRSIG C22C150FFFECCEC9 22 8 00 1795978066 6 " SUB "\n", TRUE, any, NULL,
    "C22C150FFFECCEC9, which is not valid for that" },
  /* gpgv calls these valid, and its exit code is 0. */
  { EXPIRED VALID (TWO, "8", TWO), TRUE, any, NULL, "the key that signed it has expired" },
  { S "NEWSIG\n" S "EXPSIG A B\n" VALID (ONE, "8", ONE), TRUE, any, NULL, "signature has expired" },
  { S "NEWSIG\n" S "REVKEYSIG A B\n" VALID (ONE, "8", ONE), TRUE, any, NULL, "been revoked" },
  { GOOD S "EXPKEYSIG A B\n" VALID (ONE, "8", ONE), TRUE, any, NULL, "has expired" },
  { GOOD VALID (ONE, "2", ONE), TRUE, any, NULL, "MD5 or SHA-1" },
  { GOOD VALID (ONE, "1", ONE), TRUE, any, NULL, "MD5 or SHA-1" },
  /* That the first is good says nothing of the second. */
  { GOOD S "NEWSIG\n" VALID (ONE, "8", ONE), TRUE, any, NULL, "no readable signature" },
  { S "NEWSIG\n" S "BADSIG A B\n", TRUE, any, NULL, "it is not what was signed" },
  { GOOD VALID (ONE, "8", ONE) S "NEWSIG\n" S "BADSIG A B\n", TRUE, any, NULL, "not what was" },
  /* A signed message in place of a signature is good for itself alone. */
  { S "PLAINTEXT 74 0 \n" GOOD VALID (ONE, "8", ONE), TRUE, any, NULL, "for something else" },
  { GOOD VALID (ONE, "8", ONE), FALSE, any, NULL, "no readable signature" },
  { S "PLAINTEXT 74 0 \n" S "PLAINTEXT 74 0 \n" GOOD VALID (ONE, "8", ONE), FALSE, any, NULL,
    "no readable signature" },
  { S "NODATA 4\n", TRUE, any, NULL, "no readable signature" },
  { "", TRUE, any, NULL, "no readable signature" },
  { "GOODSIG A B\nVALIDSIG " ONE "\n", TRUE, any, NULL, "no readable signature" },
  { S "\n" S "VALIDSIG\n" S "GOODSIG\n" S "VALIDSIG\n", TRUE, any, NULL, "no readable signature" },
};

static void
test_judge (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *signer = NULL;
      g_autoptr (GError) error = NULL;
      gboolean ok =
        vz_signature_judge (rows[i].status, rows[i].is_detached, rows[i].signers, &signer, &error);

      g_test_message ("%s", rows[i].status);
      g_assert_cmpint (ok, ==, rows[i].signer != NULL);
      g_assert_cmpstr (signer, ==, rows[i].signer);
      if (ok)
        continue;
      g_assert_error (error, VZ_ERROR, VZ_ERROR_VERIFICATION_FAILED);
      g_assert_nonnull (strstr (error->message, rows[i].message));
    }
}

#define BEGIN "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"
#define END "-----END PGP PUBLIC KEY BLOCK-----\n"

static const struct {
  const char *text;
  const char *keys; /* NULL: refused */
} armors[] = {
  { "binary", "binary" },
  { BEGIN "\nSGVs\nbG8=\n=abcd\n" END, "Hello" },
  { "Key of Acme:\n\n" BEGIN "Comment: x\nVersion: 1\n\nSGVsbG8=\n" END "bye\n", "Hello" },
  { BEGIN "\r\nSGVs\r\nbG8h\r\n=abcd\r\n" END "\n" BEGIN "\nSGVsbG8=\n" END, "Hello!Hello" },
  { BEGIN "\nSGVsbG8=\n", NULL },
  { BEGIN "\nSGVs*G8=\n" END, NULL },
  { BEGIN "\nSGVsb\n" END, NULL },
  { BEGIN "\n\n" END, NULL },
  { BEGIN END, NULL },
  { BEGIN "\nSGVsbG8=\n" END BEGIN, NULL },
};

static void
test_armor (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (armors); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (armors[i].text, strlen (armors[i].text));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) keys = vz_openpgp_dearmor_keys (bytes, &error);

      g_test_message ("%s", armors[i].text);
      if (armors[i].keys == NULL)
        {
          g_assert_error (error, VZ_ERROR, VZ_ERROR_VERIFICATION_FAILED);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (keys, NULL), g_bytes_get_size (keys), armors[i].keys,
                       strlen (armors[i].keys));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signature/what gpgv says is judged", test_judge);
  g_test_add_func ("/signature/keys in armor", test_armor);
  return g_test_run ();
}
