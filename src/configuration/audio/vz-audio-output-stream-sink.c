/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-audio-output-stream-sink.h"

#include "foundation/config/vz-field.h"

/**
 * VzAudioOutputStreamSink:
 *
 * The destination of the sound that a guest plays. Apple: `VZAudioOutputStreamSink`.
 *
 * QEMU: `-audiodev`.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzAudioOutputStreamSink, vz_audio_output_stream_sink)
