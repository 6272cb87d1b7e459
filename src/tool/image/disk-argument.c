/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/disk-argument.h"

#include <string.h>

#define ZIP_MAGIC "PK\3\4"

/* A restore image is a zip file; a disk image may be in one. */
static gboolean
is_zip (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  char magic[sizeof ZIP_MAGIC - 1];

  return stream != NULL &&
         g_input_stream_read (G_INPUT_STREAM (stream), magic, sizeof magic, NULL, NULL) ==
           sizeof magic &&
         memcmp (magic, ZIP_MAGIC, sizeof magic) == 0;
}

static gboolean
is_restore_image (const char *path)
{
  g_autoptr (VzRestoreImage) image = vz_restore_image_load (path, NULL, NULL);

  return image != NULL;
}

gboolean
disk_argument_is_remote (const char *text)
{
  return g_str_has_prefix (text, "http://") || g_str_has_prefix (text, "https://");
}

gboolean
disk_argument_is_one (const char *text)
{
  if (disk_argument_is_remote (text))
    return vz_disk_source_has_usual_name (text);
  if (g_str_has_suffix (text, ".ipsw"))
    return FALSE;
  /* What is not there, or is no file, is missed as what it is called. */
  if (!g_file_test (text, G_FILE_TEST_IS_REGULAR))
    return vz_disk_source_has_usual_name (text);
  return !is_zip (text) || !is_restore_image (text);
}
