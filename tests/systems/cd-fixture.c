/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cd-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 2048
#define SECTORS 20

static void
put (char *field, gsize size, const char *text)
{
  memset (field, ' ', size);
  if (text != NULL)
    memcpy (field, text, strlen (text));
}

char *
cd_fixture_make (const CdFixture *self)
{
  char image[SECTORS * SECTOR] = { 0 };
  char *volume = image + 16 * SECTOR, *boot = image + 17 * SECTOR, *end = image + 18 * SECTOR;
  char *path = NULL;
  int fd = g_file_open_tmp ("vz-cd-XXXXXX", &path, NULL);

  memcpy (volume, "\1CD001\1", 7);
  put (volume + 8, 32, self->system);
  put (volume + 40, 32, self->volume);
  put (volume + 318, 128, self->publisher);
  put (volume + 446, 128, NULL);
  put (volume + 574, 128, NULL);
  volume[80] = volume[87] = SECTORS;
  volume[129] = volume[130] = SECTOR >> 8;
  memcpy (boot, "\0CD001\1EL TORITO SPECIFICATION", 30);
  memcpy (end, "\377CD001\1", 7);
  g_assert_cmpint (write (fd, image, sizeof image), ==, sizeof image);
  close (fd);
  return path;
}

void
cd_fixture_remove (char *path)
{
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_free (path);
}
