/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-host-audio-output-stream-sink.h"

#include "foundation/config/vz-field.h"

/**
 * VzHostAudioOutputStreamSink:
 *
 * The host's speakers, through PipeWire, PulseAudio or ALSA: the first of them that both the host
 * and its QEMU support. Apple: `VZHostAudioOutputStreamSink`.
 *
 * QEMU: `-audiodev pipewire`, `pa` or `alsa`.
 *
 * Since: 0.1
 */
struct _VzHostAudioOutputStreamSink {
  VzAudioOutputStreamSink parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzHostAudioOutputStreamSink, vz_host_audio_output_stream_sink,
                       VZ_TYPE_AUDIO_OUTPUT_STREAM_SINK)

/**
 * vz_host_audio_output_stream_sink_new:
 *
 * Makes a sink that is the host's speakers.
 *
 * Returns: (transfer full): a sink that is the host's speakers
 */
VzHostAudioOutputStreamSink *
vz_host_audio_output_stream_sink_new (void)
{
  return g_object_new (VZ_TYPE_HOST_AUDIO_OUTPUT_STREAM_SINK, NULL);
}
