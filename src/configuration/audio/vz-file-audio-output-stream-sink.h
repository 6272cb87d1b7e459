/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/audio/vz-audio-output-stream-sink.h"

G_BEGIN_DECLS

#define VZ_TYPE_FILE_AUDIO_OUTPUT_STREAM_SINK (vz_file_audio_output_stream_sink_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzFileAudioOutputStreamSink, vz_file_audio_output_stream_sink, VZ,
                      FILE_AUDIO_OUTPUT_STREAM_SINK, VzAudioOutputStreamSink)

VZ_PUBLIC
VzFileAudioOutputStreamSink *vz_file_audio_output_stream_sink_new (const char *path);
VZ_PUBLIC
const char *vz_file_audio_output_stream_sink_get_path (VzFileAudioOutputStreamSink *self);
VZ_PUBLIC
void vz_file_audio_output_stream_sink_set_path (VzFileAudioOutputStreamSink *self,
                                                const char *path);

G_END_DECLS
