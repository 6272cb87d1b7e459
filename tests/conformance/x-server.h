/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-fixture.h"

#include <gtk/gtk.h>

/* An X server that shows its screen to nobody, for this process and its children; it ends with the
 * process. GTK is initialised on it. */
void x_server_start (void);
/* Runs xdotool with these words; GTK's main loop hears of it later. */
void x_server_do (const char *words);

/* Runs GTK's main loop until @is_so, for two minutes at most. */
typedef gboolean (*Condition) (gpointer data);
void wait_until (Condition is_so, gpointer data, const char *what);
/* The same until the guest has printed @text since its last command. */
void wait_until_said (Guest *guest, const char *text);
