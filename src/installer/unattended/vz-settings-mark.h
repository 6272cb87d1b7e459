/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a guest reports on its serial line that it has its settings: a word that nothing else could
 * have written, followed by a status. */
typedef struct {
  char *word;
  char *log; /* of the serial line; taken */
  int status; /* -1: not seen */
  char *said; /* after the status; NULL: not seen */
} VzSettingsMark;

void vz_settings_mark_init (VzSettingsMark *self);
void vz_settings_mark_clear (VzSettingsMark *self);
/* Reads the log; whether the guest has reported it, now or earlier. */
gboolean vz_settings_mark_look (VzSettingsMark *self);

G_END_DECLS
