/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* A note for others that says why a guest is paused: it is being saved or restored. It is in the
 * machine's runtime directory, so that it does not outlive QEMU, and locked by its writer: a note
 * that is not locked was left by a killed program. */

#define VZ_PAUSE_NOTE_SAVE "save" /* of a guest that is resumed on failure */
#define VZ_PAUSE_NOTE_SAVE_PAUSED "save-paused" /* of one that was already paused */
#define VZ_PAUSE_NOTE_RESTORE "restore"
#define VZ_PAUSE_NOTE_RESTORED "restored" /* and QEMU no longer ends with the program */

typedef enum {
  VZ_PAUSE_NOTE_NONE,
  VZ_PAUSE_NOTE_HELD,
  VZ_PAUSE_NOTE_LEFT,
} VzPauseNote;

/* A descriptor, or -1 with BUSY if another program has it. */
int vz_pause_note_write (const char *runtime_dir, const char *purpose, GError **error);
/* Changes what is going on now. Failure to write it only makes other programs more cautious. */
void vz_pause_note_change (int fd, const char *purpose);
/* Removes it, and closes *@fd. */
void vz_pause_note_erase (int *fd);
VzPauseNote vz_pause_note_read (const char *runtime_dir, int *ret_pid, char **ret_purpose);
/* Takes over a leftover, so that no two programs clean up: a descriptor, or -1 if there is none. */
int vz_pause_note_take_over (const char *runtime_dir, int *ret_pid, char **ret_purpose);

G_END_DECLS
