/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_AUDIO_INPUT_STREAM_SOURCE (vz_audio_input_stream_source_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzAudioInputStreamSource, vz_audio_input_stream_source, VZ,
                          AUDIO_INPUT_STREAM_SOURCE, VzConfig)

/**
 * VzAudioInputStreamSourceClass:
 *
 * The class of #VzAudioInputStreamSource.
 */
struct _VzAudioInputStreamSourceClass {
  VzConfigClass parent_class;
};

G_END_DECLS
