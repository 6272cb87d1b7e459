/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-zip-guard.h"

#include <string.h>
#include <unistd.h>

/* An archive ends with its end record, behind which there may be a comment. Which of several that
 * look like one is the true one only a reader of the whole directory can tell, so all are asked. */
#define END_SIZE 22
#define COMMENT_MAX 65535
#define LOCATOR_SIZE 20 /* directly before the end record of a zip64 archive */
#define END64_SIZE 56
#define TAIL_SIZE (END_SIZE + COMMENT_MAX + LOCATOR_SIZE)

static guint64
get_le (const guint8 *data, guint bytes)
{
  guint64 value = 0;

  for (guint i = bytes; i > 0; i--)
    value = value << 8 | data[i - 1];
  return value;
}

static guint64
claimed_by_end64 (int fd, const guint8 *locator)
{
  guint64 offset = get_le (locator + 8, 8);
  guint8 record[END64_SIZE];

  if (memcmp (locator, "PK\6\7", 4) != 0 || offset > G_MAXINT64 ||
      pread (fd, record, sizeof record, (off_t) offset) != sizeof record)
    return 0;
  return MAX (get_le (record + 24, 8), get_le (record + 32, 8));
}

guint64
vz_zip_guard_claimed_members (int fd, guint64 size)
{
  gsize length = (gsize) MIN (size, TAIL_SIZE);
  g_autofree guint8 *tail = g_malloc (length + 1);
  guint64 most = 0;

  if (pread (fd, tail, length, (off_t) (size - length)) != (ssize_t) length)
    return 0; /* libzip meets the same failure and reports it */
  for (gsize i = 0; i + END_SIZE <= length; i++)
    {
      if (memcmp (tail + i, "PK\5\6", 4) != 0)
        continue;
      most = MAX (most, get_le (tail + i + 10, 2));
      if (i >= LOCATOR_SIZE)
        most = MAX (most, claimed_by_end64 (fd, tail + i - LOCATOR_SIZE));
    }
  return most;
}
