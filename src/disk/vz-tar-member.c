/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-tar-member.h"

#include <string.h>
#include <unistd.h>

#include "foundation/vz-fail.h"

/* A library would copy the member out; only its position is needed. */

#define BLOCK 512
#define MEMBERS_MAX 1000
#define NAME 100
#define SIZE_AT 124
#define SIZE_LENGTH 12
#define KIND_AT 156

typedef struct {
  guint64 offset;
  guint64 size;
  char name[NAME + 1];
  char kind;
} Member;

/* Octal digits, or a binary number of bytes if the first bit is set. */
static gboolean
parse_size (const guint8 *field, guint64 *ret_size)
{
  guint64 size = 0;

  if ((field[0] & 0x80) != 0)
    {
      for (guint i = 4; i < SIZE_LENGTH; i++)
        size = size << 8 | field[i];
      *ret_size = size;
      return (field[0] & 0x7F) == 0 && field[1] == 0 && field[2] == 0 && field[3] == 0;
    }
  for (guint i = 0; i < SIZE_LENGTH && field[i] != '\0' && field[i] != ' '; i++)
    {
      if (field[i] < '0' || field[i] > '7')
        return FALSE;
      size = size << 3 | (guint64) (field[i] - '0');
    }
  *ret_size = size;
  return TRUE;
}

/* FALSE without an error: the end. */
static gboolean
read_member (int fd, guint64 length, guint64 at, Member *member, GError **error)
{
  guint8 block[BLOCK];

  if (at + BLOCK > length || pread (fd, block, BLOCK, (off_t) at) != BLOCK)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the archive is truncated");
  if (block[0] == '\0')
    return FALSE;
  memcpy (member->name, block, NAME);
  member->name[NAME] = '\0';
  member->kind = (char) block[KIND_AT];
  member->offset = at + BLOCK;
  if (memcmp (block + 257, "ustar", 5) != 0 || !parse_size (block + SIZE_AT, &member->size))
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the archive is damaged");
  return member->size <= length - member->offset ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the archive is truncated in '%s'",
                  member->name);
}

static gboolean
check_name (const char *name, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);

  return (name[0] != '/' && !g_strv_contains ((const char *const *) parts, "..")) ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the archive's member '%s' leads outside it",
                  name);
}

static gboolean
is_disk (const char *name)
{
  static const char *const ends[] = { ".vmdk", ".qcow2", ".raw", ".vdi", ".vhdx", ".img" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      gsize length = strlen (name), end = strlen (ends[i]);

      if (length > end && g_ascii_strcasecmp (name + length - end, ends[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
vz_tar_find_disk (int fd, guint64 length, guint64 *ret_offset, guint64 *ret_size, GError **error)
{
  GError *cause = NULL;
  Member member;
  guint64 at = 0;
  guint disks = 0, n = 0;

  *ret_size = 0;
  for (; n < MEMBERS_MAX && read_member (fd, length, at, &member, &cause); n++)
    {
      gboolean is_file = member.kind == '0' || member.kind == '\0';

      at = member.offset + (member.size + BLOCK - 1) / BLOCK * BLOCK;
      if (!check_name (member.name, error))
        return FALSE;
      if (!is_file || (!is_disk (member.name) && (disks > 0 || member.size <= *ret_size)))
        continue;
      disks += is_disk (member.name);
      *ret_offset = member.offset;
      *ret_size = member.size;
    }
  if (cause != NULL)
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  if (disks > 1)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the archive has %u disks, only one is allowed", disks);
  return *ret_size > 0 ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the archive has no disk in it");
}
