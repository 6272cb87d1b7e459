/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_AUDIO_DEVICE_CONFIGURATION (vz_audio_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzAudioDeviceConfiguration, vz_audio_device_configuration, VZ,
                          AUDIO_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzAudioDeviceConfigurationClass:
 *
 * The class of #VzAudioDeviceConfiguration.
 */
struct _VzAudioDeviceConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
