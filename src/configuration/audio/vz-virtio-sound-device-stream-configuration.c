/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-virtio-sound-device-stream-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioSoundDeviceStreamConfiguration:
 *
 * A stream of a sound device. Apple: `VZVirtioSoundDeviceStreamConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzVirtioSoundDeviceStreamConfiguration,
                           vz_virtio_sound_device_stream_configuration)
