/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The machine's parts, one function each. */

#ifndef APPLE_CONFIGURATION_H
#define APPLE_CONFIGURATION_H

#include "settings.h"
#include "virtualization.h"

/* That macOS can run in a machine on this Mac at all. */
bool check_host (Failure *failure);

VZMacGraphicsDeviceConfiguration *configuration_graphics_device (void);
/* NULL if the disk image cannot be used. */
VZVirtioBlockDeviceConfiguration *configuration_block_device (const char *disk_image,
                                                              Failure *failure);
/* NULL if that is not a MAC address. */
VZVirtioNetworkDeviceConfiguration *configuration_network_device (const char *mac_address,
                                                                  Failure *failure);
VZMacTrackpadConfiguration *configuration_pointing_device (void);
/* The Mac keyboard where there is one, and an ordinary one before. */
void *configuration_keyboard (void);

/* All of them together. NULL if one cannot be made. */
VZVirtualMachineConfiguration *configuration_new (VZMacPlatformConfiguration *platform,
                                                  const Settings *settings, const Bundle *bundle,
                                                  Failure *failure);

/* As the framework sees it, and that the machine can be saved, where machines can. */
bool configuration_validate (VZVirtualMachineConfiguration *configuration, Failure *failure);

#endif
