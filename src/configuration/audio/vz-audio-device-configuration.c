/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/audio/vz-audio-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzAudioDeviceConfiguration:
 *
 * An audio device. Apple: `VZAudioDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzAudioDeviceConfiguration, vz_audio_device_configuration)
