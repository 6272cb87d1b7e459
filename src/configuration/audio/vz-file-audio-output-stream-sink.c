/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-file-audio-output-stream-sink.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzFileAudioOutputStreamSink:
 *
 * Writes what a guest plays to a WAV file: 16 bits, two channels, 44100 Hz. The file is overwritten
 * at every start, and is complete once the machine has stopped. Not in Apple's framework.
 *
 * QEMU: `-audiodev wav`.
 *
 * Since: 0.1
 */
struct _VzFileAudioOutputStreamSink {
  VzAudioOutputStreamSink parent_instance;

  char *path;
};

static const VzField fields[] = {
  VZ_STRING ("path", VzFileAudioOutputStreamSink, path, "the WAV file to write",
             .flags = VZ_FIELD_PATH | VZ_FIELD_REQUIRED),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzFileAudioOutputStreamSink *self = VZ_FILE_AUDIO_OUTPUT_STREAM_SINK (config);

  vz_check_new_file (problems, config, "path", self->path);
}

VZ_DEFINE_CONFIG (VzFileAudioOutputStreamSink, vz_file_audio_output_stream_sink,
                  VZ_TYPE_AUDIO_OUTPUT_STREAM_SINK, .check = check)

/**
 * vz_file_audio_output_stream_sink_new:
 * @path: (nullable): the WAV file to write
 *
 * Makes a sink that writes to a WAV file.
 *
 * Returns: (transfer full): the sink
 */
VzFileAudioOutputStreamSink *
vz_file_audio_output_stream_sink_new (const char *path)
{
  return g_object_new (VZ_TYPE_FILE_AUDIO_OUTPUT_STREAM_SINK, "path", path, NULL);
}

VZ_ACCESS_STRING (VzFileAudioOutputStreamSink, vz_file_audio_output_stream_sink, path)
