/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Files that change while an installer works; initially all 0 except for the names. */
typedef struct {
  const char *log; /* grows; NULL: none */
  const char *disk; /* is written to; sparse */
  gint64 said; /* bytes */
  gint64 written; /* blocks */
  gint64 since; /* when that was first so */
} VzStandstill;

/* For how many microseconds nothing has changed, at the monotonic time @now. */
gint64 vz_standstill_look (VzStandstill *self, gint64 now);

G_END_DECLS
