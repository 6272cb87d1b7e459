/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-host-audio-input-stream-source.h"

#include "foundation/config/vz-field.h"

/**
 * VzHostAudioInputStreamSource:
 *
 * The host's microphone, through PipeWire, PulseAudio or ALSA: the first of them that both the host
 * and its QEMU support. Apple: `VZHostAudioInputStreamSource`.
 *
 * QEMU: `-audiodev pipewire`, `pa` or `alsa`.
 *
 * Since: 0.1
 */
struct _VzHostAudioInputStreamSource {
  VzAudioInputStreamSource parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzHostAudioInputStreamSource, vz_host_audio_input_stream_source,
                       VZ_TYPE_AUDIO_INPUT_STREAM_SOURCE)

/**
 * vz_host_audio_input_stream_source_new:
 *
 * Makes a source that is the host's microphone.
 *
 * Returns: (transfer full): a source that is the host's microphone
 */
VzHostAudioInputStreamSource *
vz_host_audio_input_stream_source_new (void)
{
  return g_object_new (VZ_TYPE_HOST_AUDIO_INPUT_STREAM_SOURCE, NULL);
}
