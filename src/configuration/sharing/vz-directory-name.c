/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-directory-name.h"

#include <limits.h>
#include <string.h>

gboolean
vz_is_directory_name (const char *name)
{
  if (*name == '\0' || strlen (name) > NAME_MAX || strchr (name, '/') != NULL ||
      g_str_equal (name, ".") || g_str_equal (name, "..") || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (; *name != '\0'; name++)
    if (g_ascii_iscntrl (*name))
      return FALSE;
  return TRUE;
}
