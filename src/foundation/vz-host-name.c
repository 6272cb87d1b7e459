/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-host-name.h"

#include <string.h>

#define HOST_NAME_MAXIMUM 64 /* HOST_NAME_MAX of Linux; RFC 1123 would allow more */
#define LABEL_MAXIMUM 63

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
vz_host_name_judge (const char *text)
{
  g_auto (GStrv) labels = NULL;

  if (text == NULL || text[0] == '\0')
    return g_strdup ("must not be empty");
  if (strlen (text) > HOST_NAME_MAXIMUM)
    return g_strdup_printf ("at most %d characters are allowed", HOST_NAME_MAXIMUM);
  labels = g_strsplit (text, ".", -1);
  for (guint i = 0; labels[i] != NULL; i++)
    if (!is_label (labels[i]))
      return g_strdup ("must have only letters, digits and inner '-', in parts of at most 63 "
                       "characters separated by '.'");
  /* "1.2.3.4" and "42" would be taken for addresses. */
  if (strspn (text, "0123456789.") == strlen (text))
    return g_strdup ("must not consist of digits alone");
  return NULL;
}

/* Characters in their ASCII form, "?" if there is none: "Bücher" -> "Bucher". */
static char *
to_ascii (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  return g_str_to_ascii (valid, "C");
}

char *
vz_host_name_derive (const char *path)
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
  wrong = vz_host_name_judge (name->str);
  /* Digits alone would be taken for an address. */
  if (wrong != NULL && name->len > 0)
    {
      g_string_prepend (name, "vm-");
      g_string_truncate (name, MIN (name->len, LABEL_MAXIMUM));
    }
  return name->len > 0 ? g_strdup (name->str) : g_strdup ("vm");
}
