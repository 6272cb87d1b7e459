/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* A PulseAudio server without hardware: what is played goes to a file, and a tone is at the
 * microphone. */
typedef struct {
  GSubprocess *server;
  GSubprocess *recorder;
  GSubprocess *player;
} Pulse;

/* Its socket and files are in @folder, and PULSE_SERVER names it. @tone: a square wave of this many
 * Hz. Returns the file with what is played: 44100 frames a second of two signed 16-bit samples. */
char *pulse_start (Pulse *self, const char *folder, guint tone);
void pulse_stop (Pulse *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pulse, pulse_stop)
