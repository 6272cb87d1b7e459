/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-guest-rules.h"

#include <string.h>

#include "foundation/vz-user-name.h"

#define SSH_KEY_MAXIMUM 16384 /* a 16384-bit RSA key needs a sixth of it */

/* Users and groups of a Debian system (base-passwd, systemd, openssh): useradd would fail on them
 * in the guest, minutes later, since a user's own group has the user's name. */
static const char *const taken[] = {
  "root",    "daemon",     "bin",    "sys",      "sync",   "games",   "man",   "lp",    "mail",
  "news",    "uucp",       "proxy",  "www-data", "backup", "list",    "irc",   "_apt",  "nobody",
  "nogroup", "messagebus", "sshd",   "_ssh",     "adm",    "tty",     "disk",  "kmem",  "dialout",
  "fax",     "voice",      "cdrom",  "floppy",   "tape",   "sudo",    "audio", "dip",   "operator",
  "src",     "shadow",     "utmp",   "video",    "sasl",   "plugdev", "staff", "users", "input",
  "sgx",     "kvm",        "render", "crontab",  "netdev", NULL,
};

static const char *const key_types[] = {
  "ssh-ed25519",
  "ssh-rsa",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
  NULL,
};

char *
vz_guest_rule_user_name (const char *text)
{
  char *wrong = vz_user_name_judge (text);

  if (wrong == NULL && (g_strv_contains (taken, text) || g_str_has_prefix (text, "systemd-")))
    return g_strdup ("the guest's system uses this name itself");
  return wrong;
}

/* The blob starts by repeating the type, as a string preceded by a length of four bytes. */
static gboolean
blob_has_type (const char *base64, const char *type)
{
  g_autofree guchar *blob = NULL;
  g_autofree char *again = NULL;
  size_t type_length = strlen (type);
  gsize length = 0;

  blob = g_base64_decode (base64, &length);
  /* GLib skips invalid characters: only text that comes back unchanged was base64. */
  again = g_base64_encode (blob, length);
  if (!g_str_equal (again, base64) || length <= 4 + type_length)
    return FALSE;
  return blob[0] == 0 && blob[1] == 0 && blob[2] == 0 && blob[3] == type_length &&
         memcmp (blob + 4, type, type_length) == 0;
}

char *
vz_guest_rule_ssh_key (const char *text)
{
  g_auto (GStrv) words = NULL;

  if (text == NULL || text[0] == '\0')
    return g_strdup ("must not be empty");
  if (strstr (text, "PRIVATE KEY") != NULL)
    return g_strdup ("this is a private key; the public key is in the file that ends in .pub");
  if (strlen (text) > SSH_KEY_MAXIMUM)
    return g_strdup_printf ("at most %d characters are allowed", SSH_KEY_MAXIMUM);
  if (!g_utf8_validate (text, -1, NULL))
    return g_strdup ("must be UTF-8 text");
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return g_strdup ("must be one line without control characters");
  words = g_strsplit (text, " ", 3);
  if (!g_strv_contains (key_types, words[0]))
    return g_strdup ("must begin with the type of a public key, such as ssh-ed25519");
  if (words[1] == NULL || !blob_has_type (words[1], words[0]))
    return g_strdup_printf ("the data after %s are not a key of this type", words[0]);
  return NULL;
}
