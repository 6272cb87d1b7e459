/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/copy-place.h"

#include <string.h>

#include "foundation/vz-fail.h"

/* As with scp, a colon before any slash separates machine and path. A bundle is often named by its
 * path, so a colon after a slash does so too if what precedes it is a bundle. */

static gboolean
is_bundle (const char *path)
{
  g_autofree char *identifier = g_build_filename (path, "MachineIdentifier", NULL);

  return g_file_test (identifier, G_FILE_TEST_EXISTS);
}

static const char *
find_colon (const char *text)
{
  const char *slash = strchr (text, '/');

  for (const char *colon = strchr (text, ':'); colon != NULL; colon = strchr (colon + 1, ':'))
    {
      g_autofree char *before = g_strndup (text, (gsize) (colon - text));

      if (slash == NULL || colon < slash || is_bundle (before))
        return colon;
    }
  return NULL;
}

gboolean
copy_place_parse (const char *text, CopyPlace *ret_place, GError **error)
{
  const char *colon = find_colon (text);

  if (*text == '\0')
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "a path is empty");
  if (colon == NULL)
    {
      *ret_place = (CopyPlace){ .path = g_strdup (text) };
      return TRUE;
    }
  if (colon[1] != '/')
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s': a path in the guest must begin with '/'; for a file here with a colon "
                    "in its name, write './%s'",
                    text, text);
  *ret_place = (CopyPlace){
    .in_guest = TRUE,
    .bundle = colon > text ? g_strndup (text, (gsize) (colon - text)) : NULL,
    .path = g_strdup (colon + 1),
  };
  return TRUE;
}

void
copy_place_clear (CopyPlace *self)
{
  g_clear_pointer (&self->bundle, g_free);
  g_clear_pointer (&self->path, g_free);
}

char *
copy_place_dup_name (const CopyPlace *self, GError **error)
{
  g_autofree char *name = g_path_get_basename (self->path);

  if (g_str_equal (name, "/") || g_str_equal (name, ".") || g_str_equal (name, ".."))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s' does not end in a name for the copy", self->path);
  return g_steal_pointer (&name);
}
