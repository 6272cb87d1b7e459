/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* How QEMU reaches the host's speakers and microphone. */
typedef struct {
  const char *driver; /* of -audiodev: "pipewire", "pa" or "alsa"; static */
  char *server; /* PulseAudio's socket, else NULL */
} VzAudioHost;

/* The first of PipeWire, PulseAudio and ALSA that exists and that QEMU has a driver for; NULL with
 * NOT_SUPPORTED, what is missing and what helps. Runs the program, which takes about 30 ms. */
VzAudioHost *vz_audio_host_find (const char *binary, GError **error);
void vz_audio_host_free (VzAudioHost *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzAudioHost, vz_audio_host_free)

G_END_DECLS
