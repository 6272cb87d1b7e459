/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/image-argument.h"

#include <string.h>

void
image_argument_clear (ImageArgument *self)
{
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->entry, vz_catalog_entry_unref);
}

typedef struct {
  const char *location;
  const char *name;
  VzCatalog *catalog;
} Load;

static gboolean
load (gpointer data, GCancellable *cancellable, GError **error)
{
  Load *self = data;

  self->catalog = self->location != NULL
                    ? vz_catalog_load (self->location, cancellable, error)
                    : vz_catalog_load_configured (self->name, cancellable, error);
  return self->catalog != NULL;
}

VzCatalog *
tool_load_catalog (VzTool *tool, const char *location, const char *name, GError **error)
{
  Load work = { location, name, NULL };
  const char *const *notes;

  if (!tool_wait (tool, load, &work, NULL, error))
    return NULL;
  notes = vz_catalog_get_notes (work.catalog);
  for (guint i = 0; notes[i] != NULL; i++)
    tool_say ("vz: %s", notes[i]);
  return work.catalog;
}

static gboolean
is_url (const char *text)
{
  return g_str_has_prefix (text, "http://") || g_str_has_prefix (text, "https://");
}

/* A folder is not an image: a user's folder "debian" does not hide the system of that name. */
static gboolean
is_path (const char *text)
{
  return strchr (text, G_DIR_SEPARATOR) != NULL || g_str_has_suffix (text, ".ipsw") ||
         g_file_test (text, G_FILE_TEST_IS_REGULAR);
}

static gboolean
find (VzTool *tool, const char *name, const char *location, ImageArgument *image, GError **error)
{
  g_autoptr (VzCatalog) catalog = tool_load_catalog (tool, location, name, error);

  if (catalog == NULL)
    return FALSE;
  image->entry = vz_catalog_find (catalog, name, error);
  if (image->entry == NULL)
    return FALSE;
  image->location = g_str_has_prefix (image->entry->url, "file:")
                      ? g_filename_from_uri (image->entry->url, NULL, error)
                      : g_strdup (image->entry->url);
  return image->location != NULL;
}

gboolean
image_argument_resolve (VzTool *tool, const char *text, const char *catalog,
                        ImageArgument *ret_image, GError **error)
{
  g_auto (ImageArgument) image = { NULL, NULL };

  if (is_url (text) || is_path (text))
    image.location = g_strdup (text);
  else if (!find (tool, text, catalog, &image, error))
    {
      if (error != NULL && g_error_matches (*error, VZ_ERROR, VZ_ERROR_NOT_FOUND))
        g_prefix_error (error, "'%s' is not a file: ", text);
      return FALSE;
    }
  *ret_image = image;
  image = (ImageArgument){ NULL, NULL };
  return TRUE;
}

gboolean
image_argument_is_local (const ImageArgument *self)
{
  return !is_url (self->location) && !g_str_has_prefix (self->location, "compose:");
}

VzRestoreImage *
image_argument_describe (const ImageArgument *self, GCancellable *cancellable, GError **error)
{
  return self->entry != NULL ? vz_restore_image_new_for_entry (self->entry, cancellable, error)
                             : vz_restore_image_load (self->location, cancellable, error);
}

VzRestoreImage *
image_argument_open (const ImageArgument *self, GCancellable *cancellable, GError **error)
{
  return self->entry != NULL ? vz_restore_image_load_for_entry (self->entry, cancellable, error)
                             : vz_restore_image_load (self->location, cancellable, error);
}
