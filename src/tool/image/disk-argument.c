/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/disk-argument.h"

#include <string.h>

#define ZIP_MAGIC "PK\3\4"
#define CD_MAGIC "CD001"
#define CD_MAGIC_AT 0x8001

static gboolean
has_magic (const char *path, goffset at, const char *magic)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  char found[8];
  gsize length = strlen (magic);

  return stream != NULL &&
         (at == 0 || g_seekable_seek (G_SEEKABLE (stream), at, G_SEEK_SET, NULL, NULL)) &&
         g_input_stream_read (G_INPUT_STREAM (stream), found, length, NULL, NULL) ==
           (gssize) length &&
         memcmp (found, magic, length) == 0;
}

/* A restore image is a zip file, but a disk image may be in one as well. */
static gboolean
is_zip (const char *path)
{
  return has_magic (path, 0, ZIP_MAGIC);
}

gboolean
disk_argument_is_cd (const char *text)
{
  return g_file_test (text, G_FILE_TEST_IS_REGULAR) && has_magic (text, CD_MAGIC_AT, CD_MAGIC);
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
  /* A missing file is reported as what its name suggests. */
  if (!g_file_test (text, G_FILE_TEST_IS_REGULAR))
    return vz_disk_source_has_usual_name (text);
  return !is_zip (text) || !is_restore_image (text);
}
