/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/target/vz-install-journal.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"

#define MAXIMUM 4096 /* ours takes about 200 bytes */

static char *
journal_path (const char *disk_path)
{
  g_autofree char *directory = g_path_get_dirname (disk_path);

  return g_build_filename (directory, VZ_INSTALL_JOURNAL, NULL);
}

gboolean
vz_install_journal_write (const char *disk_path, const char *fingerprint, guint64 disk_size,
                          GError **error)
{
  g_autofree char *path = journal_path (disk_path);
  g_autoptr (JsonNode)
    node = vz_json_object (vz_json_new ("phase", vz_json_string ("restored"), "restore-image",
                                        vz_json_string (fingerprint), "disk-size",
                                        vz_json_int ((gint64) disk_size), NULL));
  g_autoptr (GBytes) data = NULL;
  char *text;

  text = json_to_string (node, TRUE);
  data = g_bytes_new_take (text, strlen (text));
  return vz_file_write (path, data, 0600, error);
}

gboolean
vz_install_journal_matches (const char *disk_path, const char *fingerprint, guint64 disk_size)
{
  g_autofree char *path = journal_path (disk_path);
  g_autoptr (GBytes) data = vz_file_read (path, MAXIMUM, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;
  JsonObject *object;

  if (data == NULL || !json_parser_load_from_data (parser, g_bytes_get_data (data, NULL),
                                                   (gssize) g_bytes_get_size (data), NULL))
    return FALSE;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  object = json_node_get_object (root);
  return g_strcmp0 (json_object_get_string_member_with_default (object, "phase", NULL),
                    "restored") == 0 &&
         g_strcmp0 (json_object_get_string_member_with_default (object, "restore-image", NULL),
                    fingerprint) == 0 &&
         json_object_get_int_member_with_default (object, "disk-size", 0) == (gint64) disk_size;
}

gboolean
vz_install_journal_remove (const char *disk_path, GError **error)
{
  g_autofree char *path = journal_path (disk_path);

  if (unlink (path) != 0 && errno != ENOENT)
    return vz_fail_errno (error, "cannot remove '%s'", path);
  return TRUE;
}
