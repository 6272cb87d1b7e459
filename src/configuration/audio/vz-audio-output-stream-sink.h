/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_AUDIO_OUTPUT_STREAM_SINK (vz_audio_output_stream_sink_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzAudioOutputStreamSink, vz_audio_output_stream_sink, VZ,
                          AUDIO_OUTPUT_STREAM_SINK, VzConfig)

/**
 * VzAudioOutputStreamSinkClass:
 *
 * The class of #VzAudioOutputStreamSink.
 */
struct _VzAudioOutputStreamSinkClass {
  VzConfigClass parent_class;
};

G_END_DECLS
