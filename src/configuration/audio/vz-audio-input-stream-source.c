/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-audio-input-stream-source.h"

#include "foundation/config/vz-field.h"

/**
 * VzAudioInputStreamSource:
 *
 * The source of the sound that a guest records. Apple: `VZAudioInputStreamSource`.
 *
 * QEMU: `-audiodev`.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzAudioInputStreamSource, vz_audio_input_stream_source)
