/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-image-member.h"

#include <string.h>
#include <sys/stat.h>

#define NAME_LENGTH_MAX 1024

gboolean
vz_image_member_is_junk (const VzImageMember *self)
{
  return g_str_has_prefix (self->name, "__MACOSX/");
}

gboolean
vz_image_member_is_link (const VzImageMember *self)
{
  return (self->mode & S_IFMT) == S_IFLNK;
}

static guint
count_folders (const char *name)
{
  guint count = 0;

  for (; *name != '\0'; name++)
    count += name[0] == '/' && name[1] != '\0';
  return count;
}

/* ".." goes up from the actual folder, which is elsewhere after another link. So they may only be
 * at the front, where they go up from the folders of this link, which are not links. */
const char *
vz_image_member_target_problem (const VzImageMember *self, const char *target, gsize length)
{
  g_autofree char *text = g_strndup (target, length);
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  guint up = 0;

  if (length == 0)
    return "it is empty";
  if (strlen (text) != length)
    return "it has a NUL byte";
  if (text[0] == '/')
    return "it is absolute";
  while (g_strcmp0 (parts[up], "..") == 0)
    up++;
  if (up > count_folders (self->name))
    return "it leads out of the image";
  for (guint i = up; parts[i] != NULL; i++)
    if (g_str_equal (parts[i], ".."))
      return "it has '..' after a name";
  return NULL;
}

char *
vz_image_member_packing_problem (const VzImageMember *self)
{
  if (self->encrypted)
    return g_strdup ("is encrypted");
  if (self->method != VZ_IMAGE_MEMBER_STORED && self->method != VZ_IMAGE_MEMBER_DEFLATED)
    return g_strdup_printf (
      "is compressed with method %u, only 0 (stored) and 8 (deflated) are allowed", self->method);
  return NULL;
}

/* Each part between slashes names something in the folder before it; only the last may be empty. */
static const char *
part_problem (const char *part, gsize length, gboolean last)
{
  if (length == 0 && !last)
    return "it has an empty part";
  if (length == 2 && memcmp (part, "..", 2) == 0)
    return "it leads out of the image ('..')";
  if (length == 1 && *part == '.')
    return "it has a part '.'";
  return NULL;
}

const char *
vz_image_member_name_problem (const char *name, gsize length)
{
  const char *problem = NULL;
  gsize begin = 0;

  if (length == 0)
    return "it is empty";
  if (length > NAME_LENGTH_MAX)
    return "it is longer than 1024 bytes";
  if (name[0] == '/')
    return "it is absolute";
  for (gsize i = 0; i < length; i++)
    if (g_ascii_iscntrl (name[i]))
      return name[i] == '\0' ? "it has a NUL byte" : "it has a control character";
    else if (name[i] == '\\')
      return "it has a backslash";
  if (!g_utf8_validate (name, (gssize) length, NULL))
    return "it is not UTF-8";
  for (gsize i = 0; i <= length && problem == NULL; i++)
    if (i == length || name[i] == '/')
      {
        problem = part_problem (name + begin, i - begin, i == length);
        begin = i + 1;
      }
  return problem;
}
