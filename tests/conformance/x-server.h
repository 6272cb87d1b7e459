/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-fixture.h"

#include <gtk/gtk.h>

/* An X server that shows its screen to nobody, for this process and what it runs; it ends with it.
 * GTK is initialised on it. */
void x_server_start (void);
/* Runs xdotool with words, which GTK's main loop hears of later. */
void x_server_do (const char *words);

/* Has GTK's main loop run until @is_so, for two minutes at most. */
typedef gboolean (*Condition) (gpointer data);
void wait_until (Condition is_so, gpointer data, const char *what);
/* The same until the guest has said @text since its last command. */
void wait_until_said (Guest *guest, const char *text);
