/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/input/vz-pointing-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_TRACKPAD_CONFIGURATION (vz_mac_trackpad_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacTrackpadConfiguration, vz_mac_trackpad_configuration, VZ,
                      MAC_TRACKPAD_CONFIGURATION, VzPointingDeviceConfiguration)

VZ_PUBLIC
VzMacTrackpadConfiguration *vz_mac_trackpad_configuration_new (void);

G_END_DECLS
