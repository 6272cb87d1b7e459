/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/boot/vz-boot-loader.h"

G_BEGIN_DECLS

#define VZ_TYPE_LINUX_BOOT_LOADER (vz_linux_boot_loader_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzLinuxBootLoader, vz_linux_boot_loader, VZ, LINUX_BOOT_LOADER, VzBootLoader)

VZ_PUBLIC
VzLinuxBootLoader *vz_linux_boot_loader_new (const char *kernel_path);

VZ_PUBLIC
const char *vz_linux_boot_loader_get_kernel_path (VzLinuxBootLoader *self);
VZ_PUBLIC
void vz_linux_boot_loader_set_kernel_path (VzLinuxBootLoader *self, const char *kernel_path);
VZ_PUBLIC
const char *vz_linux_boot_loader_get_command_line (VzLinuxBootLoader *self);
VZ_PUBLIC
void vz_linux_boot_loader_set_command_line (VzLinuxBootLoader *self, const char *command_line);
VZ_PUBLIC
const char *vz_linux_boot_loader_get_initial_ramdisk_path (VzLinuxBootLoader *self);
VZ_PUBLIC
void vz_linux_boot_loader_set_initial_ramdisk_path (VzLinuxBootLoader *self,
                                                    const char *initial_ramdisk_path);

G_END_DECLS
