/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-copy.h"

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"
#include "image/catalog/vz-catalog-reader.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* How this works
 *
 * There is one file per address, named by the digest of the address, so that a catalog and its ETag
 * always match:
 *
 *   vz catalog 1
 *   URL: https://...
 *   ETag: "..."
 *   Last-Modified: ...
 *   (an empty line, and the catalog as the server sent it)
 *
 * The file's modification time is when the server last confirmed that this is the newest. A file of
 * any other form is ignored. */

#define FOLDER "catalogs"
#define MAGIC "vz catalog 1\n"
#define HEAD_MAX 8192

void
vz_catalog_copy_clear (VzCatalogCopy *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->last_modified, g_free);
}

static char *
make_path (const char *folder, const char *url)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);

  return g_build_filename (folder, digest, NULL);
}

static char *
find_path (const char *url)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "vz", FOLDER, NULL);

  return make_path (folder, url);
}

/* "ETag: x" -> "x" */
static const char *
get_value (const char *line, const char *key)
{
  gsize length = strlen (key);

  return strncmp (line, key, length) == 0 && strncmp (line + length, ": ", 2) == 0
           ? line + length + 2
           : NULL;
}

/* Whether the header is that of a copy of @url. */
static gboolean
read_head (const char *head, const char *url, VzCatalogCopy *copy)
{
  g_auto (GStrv) lines = g_strsplit (head, "\n", -1);
  gboolean right = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *etag = get_value (lines[i], "ETag");
      const char *last_modified = get_value (lines[i], "Last-Modified");

      right = right || g_strcmp0 (get_value (lines[i], "URL"), url) == 0;
      if (etag != NULL && copy->etag == NULL)
        copy->etag = g_strdup (etag);
      if (last_modified != NULL && copy->last_modified == NULL)
        copy->last_modified = g_strdup (last_modified);
    }
  return right;
}

gboolean
vz_catalog_copy_read (const char *url, VzCatalogCopy *ret_copy)
{
  g_auto (VzCatalogCopy) copy = { NULL };
  g_autofree char *path = find_path (url);
  g_autoptr (GBytes) bytes = vz_file_read (path, VZ_CATALOG_SIZE_MAX + HEAD_MAX, NULL);
  g_autofree char *head = NULL;
  const char *text, *end;
  gsize size;
  struct stat info;

  if (bytes == NULL || stat (path, &info) < 0)
    return FALSE;
  text = g_bytes_get_data (bytes, &size);
  end = size > 0 ? memmem (text, MIN (size, HEAD_MAX), "\n\n", 2) : NULL;
  if (end == NULL || !g_str_has_prefix (text, MAGIC))
    return FALSE;
  head = g_strndup (text, (gsize) (end - text));
  if (!read_head (head, url, &copy))
    return FALSE;
  copy.body =
    g_bytes_new_from_bytes (bytes, (gsize) (end + 2 - text), size - (gsize) (end + 2 - text));
  copy.time = info.st_mtime;
  *ret_copy = copy;
  copy = (VzCatalogCopy){ NULL };
  return TRUE;
}

static void
append_line (GByteArray *data, const char *key, const char *value)
{
  g_autofree char *line = NULL;

  if (value == NULL)
    return;
  line = g_strdup_printf ("%s: %s\n", key, value);
  g_byte_array_append (data, (const guint8 *) line, (guint) strlen (line));
}

gboolean
vz_catalog_copy_write (const char *url, const VzCatalogCopy *copy, GError **error)
{
  g_autofree char *folder = vz_make_cache_directory (FOLDER, error);
  g_autofree char *path = folder != NULL ? make_path (folder, url) : NULL;
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  const guint8 *body = g_bytes_get_data (copy->body, &size);

  if (folder == NULL)
    return FALSE;
  g_byte_array_append (data, (const guint8 *) MAGIC, strlen (MAGIC));
  append_line (data, "URL", url);
  append_line (data, "ETag", copy->etag);
  append_line (data, "Last-Modified", copy->last_modified);
  g_byte_array_append (data, (const guint8 *) "\n", 1);
  g_byte_array_append (data, body, (guint) size);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&data));
  return vz_file_write (path, bytes, 0600, error);
}

void
vz_catalog_copy_confirm (const char *url)
{
  g_autofree char *path = find_path (url);

  utimensat (AT_FDCWD, path, NULL, 0);
}
