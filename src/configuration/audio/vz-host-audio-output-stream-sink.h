/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/audio/vz-audio-output-stream-sink.h"

G_BEGIN_DECLS

#define VZ_TYPE_HOST_AUDIO_OUTPUT_STREAM_SINK (vz_host_audio_output_stream_sink_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzHostAudioOutputStreamSink, vz_host_audio_output_stream_sink, VZ,
                      HOST_AUDIO_OUTPUT_STREAM_SINK, VzAudioOutputStreamSink)

VZ_PUBLIC
VzHostAudioOutputStreamSink *vz_host_audio_output_stream_sink_new (void);

G_END_DECLS
