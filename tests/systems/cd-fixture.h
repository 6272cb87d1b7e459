/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A file that begins as the CD image of that name does, and has nothing on it; removed by
 * cd_fixture_remove(). */
typedef struct {
  const char *volume;
  const char *system; /* NULL: "" */
  const char *publisher; /* NULL: "" */
} CdFixture;

char *cd_fixture_make (const CdFixture *self);
void cd_fixture_remove (char *path);
