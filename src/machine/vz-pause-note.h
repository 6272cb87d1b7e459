/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* A note for others on why a guest stands still: it is being saved or restored. It lies in the
 * machine's runtime directory, so that it is there no longer than QEMU, and is locked by who wrote
 * it: a note that is not locked was left by a program that was killed. */

#define VZ_PAUSE_NOTE_SAVE "save" /* of a guest that goes on when it fails */
#define VZ_PAUSE_NOTE_SAVE_PAUSED "save-paused" /* of one that was paused before */
#define VZ_PAUSE_NOTE_RESTORE "restore"
#define VZ_PAUSE_NOTE_RESTORED "restored" /* and QEMU does not end with the program any more */

typedef enum {
  VZ_PAUSE_NOTE_NONE,
  VZ_PAUSE_NOTE_HELD,
  VZ_PAUSE_NOTE_LEFT,
} VzPauseNote;

/* A descriptor, or -1 with BUSY when another program has it. */
int vz_pause_note_write (const char *runtime_dir, const char *purpose, GError **error);
/* What is going on now. That it cannot be written makes others careful, and nothing else. */
void vz_pause_note_change (int fd, const char *purpose);
/* Takes it back, and closes *@fd. */
void vz_pause_note_erase (int *fd);
VzPauseNote vz_pause_note_read (const char *runtime_dir, int *ret_pid, char **ret_purpose);
/* Takes over what was left, so that no two clean up: a descriptor, or -1 when nothing is left. */
int vz_pause_note_take_over (const char *runtime_dir, int *ret_pid, char **ret_purpose);

G_END_DECLS
