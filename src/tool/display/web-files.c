/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/web-files.h"

#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"

#include <string.h>

#define MODULE "core/rfb.js"
#define NOVNC "/novnc/"

static const struct {
  const char *suffix;
  const char *type;
} types[] = {
  { ".html", "text/html; charset=utf-8" },
  { ".css", "text/css; charset=utf-8" },
  { ".js", "text/javascript; charset=utf-8" },
  { ".svg", "image/svg+xml" },
};

/* Debian and Fedora have it in the first folder, Arch in the second. */
static char *
find_novnc (void)
{
  static const char *const places[] = { "novnc", "webapps/novnc" };

  for (const char *const *dir = g_get_system_data_dirs (); *dir != NULL; dir++)
    for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
      {
        g_autofree char *path = g_build_filename (*dir, places[i], NULL);
        g_autofree char *module = g_build_filename (path, MODULE, NULL);

        if (g_file_test (module, G_FILE_TEST_IS_REGULAR))
          return g_steal_pointer (&path);
      }
  return NULL;
}

gboolean
web_files_find (WebFiles *self, GError **error)
{
  self->novnc = find_novnc ();
  if (self->novnc == NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "the page needs noVNC, which is not installed (Debian package novnc)");
  self->ours = vz_find_data ("web", error);
  return self->ours != NULL;
}

void
web_files_clear (WebFiles *self)
{
  g_clear_pointer (&self->ours, g_free);
  g_clear_pointer (&self->novnc, g_free);
}

/* A folder or file name as used by us and noVNC; above all it does not begin with a dot. */
static gboolean
is_plain_name (const char *name)
{
  if (!g_ascii_isalnum (*name))
    return FALSE;
  for (; *name != '\0'; name++)
    if (!g_ascii_isalnum (*name) && strchr ("-_.", *name) == NULL)
      return FALSE;
  return TRUE;
}

static char *
dup_file_path (WebFiles *self, const char *path)
{
  gboolean is_novnc = g_str_has_prefix (path, NOVNC);
  const char *rest = path + (is_novnc ? strlen (NOVNC) : 1);
  g_auto (GStrv) names = g_strsplit (rest, "/", -1);

  if (g_str_equal (path, "/"))
    return g_build_filename (self->ours, "index.html", NULL);
  for (gsize i = 0; names[i] != NULL; i++)
    if (!is_plain_name (names[i]))
      return NULL;
  /* Debian's package has pages and a program besides the modules. */
  if (is_novnc && !g_str_has_prefix (rest, "core/") && !g_str_has_prefix (rest, "vendor/"))
    return NULL;
  return g_build_filename (is_novnc ? self->novnc : self->ours, rest, NULL);
}

void
web_files_serve (WebFiles *self, SoupServerMessage *message, const char *path)
{
  g_autofree char *file = dup_file_path (self, path);
  const char *type = NULL;
  char *text;
  gsize size;

  for (gsize i = 0; file != NULL && i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (file, types[i].suffix))
      type = types[i].type;
  if (type == NULL || !g_file_test (file, G_FILE_TEST_IS_REGULAR) ||
      !g_file_get_contents (file, &text, &size, NULL))
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_TAKE, text, size);
}
