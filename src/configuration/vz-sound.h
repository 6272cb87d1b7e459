/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/audio/vz-virtio-sound-device-configuration.h"
#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* The effect of a sound device's streams. */

/* The stream with that direction, or NULL. */
VzVirtioSoundDeviceInputStreamConfiguration *
vz_sound_find_input (VzVirtioSoundDeviceConfiguration *device);
VzVirtioSoundDeviceOutputStreamConfiguration *
vz_sound_find_output (VzVirtioSoundDeviceConfiguration *device);

/* NULL: no such stream, or nothing at its other end. */
VzAudioInputStreamSource *vz_sound_get_source (VzVirtioSoundDeviceConfiguration *device);
VzAudioOutputStreamSink *vz_sound_get_sink (VzVirtioSoundDeviceConfiguration *device);

/* Whether one of QEMU's host devices serves all that the device has. */
gboolean vz_sound_is_uniform (VzVirtioSoundDeviceConfiguration *device);

/* Whether the guest sees a virtio sound device, which boards have had since 8.2, or HD Audio, which
 * always plays and has one host device. */
gboolean vz_sound_is_virtio (VzVirtualMachineConfiguration *configuration,
                             VzVirtioSoundDeviceConfiguration *device);

/* Whether a stream needs the host's microphone or speakers. */
gboolean vz_sound_needs_host (VzVirtualMachineConfiguration *configuration);

G_END_DECLS
