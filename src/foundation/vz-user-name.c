/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-user-name.h"

#include <string.h>

#define USER_NAME_MAXIMUM 32

char *
vz_user_name_judge (const char *text)
{
  if (text == NULL || text[0] == '\0')
    return g_strdup ("must not be empty");
  if (strlen (text) > USER_NAME_MAXIMUM)
    return g_strdup_printf ("at most %d characters are allowed", USER_NAME_MAXIMUM);
  if (!g_ascii_islower (text[0]) && text[0] != '_')
    return g_strdup ("must begin with a lower-case letter or '_'");
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && *c != '_' && *c != '-')
      return g_strdup ("must have only lower-case letters, digits, '_' and '-'");
  return NULL;
}
