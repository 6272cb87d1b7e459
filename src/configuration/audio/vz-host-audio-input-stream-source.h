/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/audio/vz-audio-input-stream-source.h"

G_BEGIN_DECLS

#define VZ_TYPE_HOST_AUDIO_INPUT_STREAM_SOURCE (vz_host_audio_input_stream_source_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzHostAudioInputStreamSource, vz_host_audio_input_stream_source, VZ,
                      HOST_AUDIO_INPUT_STREAM_SOURCE, VzAudioInputStreamSource)

VZ_PUBLIC
VzHostAudioInputStreamSource *vz_host_audio_input_stream_source_new (void);

G_END_DECLS
