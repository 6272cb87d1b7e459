/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-guest-rules.h"

#include <string.h>

#define HOST_NAME_MAXIMUM 64 /* HOST_NAME_MAX of Linux; RFC 1123 would allow more */
#define LABEL_MAXIMUM 63
#define USER_NAME_MAXIMUM 32
#define SSH_KEY_MAXIMUM 16384 /* an RSA key of 16384 bits needs a sixth of it */

/* Users and groups of a Debian system (base-passwd, systemd, openssh): useradd would fail on them
 * in the guest, minutes later, since a user's own group has the user's name. */
static const char *const taken[] = {
  "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy",
  "www-data", "backup", "list", "irc", "_apt", "nobody", "nogroup", "messagebus", "sshd", "_ssh",
  "adm", "tty", "disk", "kmem", "dialout", "fax", "voice", "cdrom", "floppy", "tape", "sudo",
  "audio", "dip", "operator", "src", "shadow", "utmp", "video", "sasl", "plugdev", "staff", "users",
  "input", "sgx", "kvm", "render", "crontab", "netdev", NULL,
};

static const char *const key_types[] = {
  "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", NULL,
};

static gboolean
is_label (const char *label)
{
  size_t length = strlen (label);

  if (length == 0 || length > LABEL_MAXIMUM || label[0] == '-' || label[length - 1] == '-')
    return FALSE;
  for (size_t i = 0; i < length; i++)
    if (!g_ascii_isalnum (label[i]) && label[i] != '-')
      return FALSE;
  return TRUE;
}

char *
vz_guest_rule_host_name (const char *text)
{
  g_auto (GStrv) labels = NULL;

  if (text == NULL || text[0] == '\0')
    return g_strdup ("must not be empty");
  if (strlen (text) > HOST_NAME_MAXIMUM)
    return g_strdup_printf ("at most %d characters are allowed", HOST_NAME_MAXIMUM);
  labels = g_strsplit (text, ".", -1);
  for (guint i = 0; labels[i] != NULL; i++)
    if (!is_label (labels[i]))
      return g_strdup ("allowed are letters, digits and '-' inside, in parts of at most 63 separated by '.'");
  /* "1.2.3.4" and "42" would be taken for addresses. */
  if (strspn (text, "0123456789.") == strlen (text))
    return g_strdup ("must not consist of digits alone");
  return NULL;
}

/* Characters as they are in ASCII, "?" where there is nothing like them: "Bücher" -> "Bucher". */
static char *
to_ascii (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  return g_str_to_ascii (valid, "C");
}

char *
vz_guest_rule_derive_host_name (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *ascii = NULL;
  g_autofree char *wrong = NULL;
  g_autoptr (GString) name = g_string_new (NULL);

  if (g_str_has_suffix (base, ".bundle"))
    base[strlen (base) - strlen (".bundle")] = '\0';
  ascii = to_ascii (base);
  for (const char *c = ascii; *c != '\0' && name->len < LABEL_MAXIMUM; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (name, g_ascii_tolower (*c));
    else if (name->len > 0 && name->str[name->len - 1] != '-')
      g_string_append_c (name, '-');
  while (name->len > 0 && name->str[name->len - 1] == '-')
    g_string_truncate (name, name->len - 1);
  wrong = vz_guest_rule_host_name (name->str);
  /* Digits alone would be taken for an address. */
  if (wrong != NULL && name->len > 0)
    {
      g_string_prepend (name, "vm-");
      g_string_truncate (name, MIN (name->len, LABEL_MAXIMUM));
    }
  return name->len > 0 ? g_strdup (name->str) : g_strdup ("vm");
}

char *
vz_guest_rule_user_name (const char *text)
{
  if (text == NULL || text[0] == '\0')
    return g_strdup ("must not be empty");
  if (strlen (text) > USER_NAME_MAXIMUM)
    return g_strdup_printf ("at most %d characters are allowed", USER_NAME_MAXIMUM);
  if (!g_ascii_islower (text[0]) && text[0] != '_')
    return g_strdup ("must begin with a lower-case letter or '_'");
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && *c != '_' && *c != '-')
      return g_strdup ("allowed are lower-case letters, digits, '_' and '-'");
  if (g_strv_contains (taken, text) || g_str_has_prefix (text, "systemd-"))
    return g_strdup ("the guest's system uses this name itself");
  return NULL;
}

/* The blob begins with the type once more, as a string with a length of four bytes before it. */
static gboolean
blob_has_type (const char *base64, const char *type)
{
  g_autofree guchar *blob = NULL;
  g_autofree char *again = NULL;
  size_t type_length = strlen (type);
  gsize length = 0;

  blob = g_base64_decode (base64, &length);
  /* GLib skips what is not base64: only a text that comes back the same was one. */
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
    return g_strdup ("this is a private key; the public one is in the file that ends in .pub");
  if (strlen (text) > SSH_KEY_MAXIMUM)
    return g_strdup_printf ("at most %d characters are allowed", SSH_KEY_MAXIMUM);
  if (!g_utf8_validate (text, -1, NULL))
    return g_strdup ("must be text in UTF-8");
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return g_strdup ("must be one line without control characters");
  words = g_strsplit (text, " ", 3);
  if (!g_strv_contains (key_types, words[0]))
    return g_strdup ("must begin with the type of a public key, such as ssh-ed25519");
  if (words[1] == NULL || !blob_has_type (words[1], words[0]))
    return g_strdup_printf ("the data after %s are not such a key", words[0]);
  return NULL;
}
