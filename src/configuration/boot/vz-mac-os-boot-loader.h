/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/boot/vz-boot-loader.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_OS_BOOT_LOADER (vz_mac_os_boot_loader_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacOSBootLoader, vz_mac_os_boot_loader, VZ, MAC_OS_BOOT_LOADER,
                      VzBootLoader)

VZ_PUBLIC
VzMacOSBootLoader *vz_mac_os_boot_loader_new (void);

G_END_DECLS
