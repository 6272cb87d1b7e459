/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-copy.h"

#include <string.h>

#include "foundation/config/vz-field.h"
#include "foundation/vz-fail.h"

/**
 * VzComposeCopy:
 *
 * A file or folder of the host that is copied into a composed guest. In the guest it belongs to
 * root and keeps its mode. Not in Apple's framework.
 *
 * QEMU: not used; the file is in the image.
 *
 * Since: 0.1
 */
struct _VzComposeCopy {
  VzConfig parent_instance;

  char *source;
  char *destination;
};

static const VzField fields[] = {
  VZ_STRING ("source", VzComposeCopy, source, "the file or folder of the host",
             .flags = VZ_FIELD_REQUIRED),
  VZ_STRING ("destination", VzComposeCopy, destination,
             "its path in the guest, from the root on and without `..`", .flags = VZ_FIELD_REQUIRED,
             .more = "Behind a `/` at its end, the name is the source's. Folders that are missing "
                     "are made; a folder that already exists keeps its mode, and what it has."),
};

static gboolean
is_inside (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  gboolean has_name = FALSE;

  if (*path != '/' || strpbrk (path, "\n\r") != NULL)
    return FALSE;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (g_str_equal (parts[i], "..") || g_str_equal (parts[i], "."))
        return FALSE;
      has_name = has_name || parts[i][0] != '\0';
    }
  return has_name || g_str_equal (path, "/");
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzComposeCopy *self = VZ_COMPOSE_COPY (config);

  if (self->destination != NULL && *self->destination != '\0' && !is_inside (self->destination))
    vz_problems_add (problems, config, "destination", self->destination,
                     "must be a path in the guest that begins with '/' and has no '..'");
}

VZ_DEFINE_CONFIG (VzComposeCopy, vz_compose_copy, VZ_TYPE_CONFIG, .check = check)

/**
 * vz_compose_copy_new:
 * @source: (type filename): a file or folder of the host
 * @destination: its path in the guest
 *
 * Makes a copy for [property@ComposeRequest:copies]. Neither path is checked before the image is
 * composed.
 *
 * Returns: (transfer full): the copy
 */
VzComposeCopy *
vz_compose_copy_new (const char *source, const char *destination)
{
  return g_object_new (VZ_TYPE_COMPOSE_COPY, "source", source, "destination", destination, NULL);
}

/**
 * vz_compose_copy_new_from_string:
 * @text: `SOURCE:DESTINATION`; the last `:` that is followed by `/` separates them
 * @error: return location for an error, or %NULL
 *
 * Makes a copy from a text in the form that `--copy` takes: `motd:/etc/motd`, `site:/srv/`.
 *
 * Returns: (transfer full): the copy, or %NULL with %VZ_ERROR_INVALID_ARGUMENT
 */
VzComposeCopy *
vz_compose_copy_new_from_string (const char *text, GError **error)
{
  g_autoptr (VzComposeCopy) self = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *source = NULL;
  const char *colon;

  g_return_val_if_fail (text != NULL, NULL);
  colon = g_strrstr (text, ":/");
  if (colon == NULL || colon == text)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s' found, must be SOURCE:DESTINATION, such as motd:/etc/motd", text);
  source = g_strndup (text, (gsize) (colon - text));
  self = vz_compose_copy_new (source, colon + 1);
  if (!vz_config_validate (VZ_CONFIG (self), &local))
    return vz_fail_because_null (error, VZ_ERROR_INVALID_ARGUMENT, local, "'%s'", text);
  return g_steal_pointer (&self);
}

VZ_ACCESS_STRING (VzComposeCopy, vz_compose_copy, source)
VZ_ACCESS_STRING (VzComposeCopy, vz_compose_copy, destination)
