/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* By what a guest says on its serial line that it has its settings: a word that nothing else could
 * have written, and a status behind it. */
typedef struct {
  char *word;
  char *log; /* of the serial line; taken */
  int status; /* -1: not seen */
  char *said; /* with the status; NULL: not seen */
} VzSettingsMark;

void vz_settings_mark_init (VzSettingsMark *self);
void vz_settings_mark_clear (VzSettingsMark *self);
/* Looks into the log; whether the guest has said it, now or before. */
gboolean vz_settings_mark_look (VzSettingsMark *self);

G_END_DECLS
