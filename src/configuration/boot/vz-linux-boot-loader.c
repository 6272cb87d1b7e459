/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-linux-boot-loader.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzLinuxBootLoader:
 *
 * Boots a Linux kernel without firmware. Apple: `VZLinuxBootLoader`.
 *
 * QEMU: `-kernel`, `-initrd` and `-append`.
 *
 * Since: 0.1
 */
struct _VzLinuxBootLoader {
  VzBootLoader parent_instance;

  char *kernel_path;
  char *command_line;
  char *initial_ramdisk_path;
};

static const VzField fields[] = {
  VZ_STRING ("kernel-path", VzLinuxBootLoader, kernel_path,
             "the kernel file; on aarch64 an uncompressed Image",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
  VZ_STRING ("command-line", VzLinuxBootLoader, command_line,
             "the kernel's command line, at most 2047 bytes", .text = ""),
  VZ_STRING ("initial-ramdisk-path", VzLinuxBootLoader, initial_ramdisk_path,
             "the file of the initial ramdisk; none by default", .flags = VZ_FIELD_PATH),
};

/* Both x86 and arm64 kernels cut their command line at 2048 bytes, including the final NUL. */
#define MAX_COMMAND_LINE_LENGTH 2047

static void
check (VzConfig *config, VzProblems *problems)
{
  VzLinuxBootLoader *self = VZ_LINUX_BOOT_LOADER (config);

  vz_check_file (problems, config, "kernel-path", self->kernel_path, FALSE);
  if (self->initial_ramdisk_path != NULL)
    vz_check_file (problems, config, "initial-ramdisk-path", self->initial_ramdisk_path, FALSE);
  if (strlen (self->command_line) > MAX_COMMAND_LINE_LENGTH)
    vz_problems_add (problems, config, "command-line", self->command_line,
                     "must be at most %d bytes", MAX_COMMAND_LINE_LENGTH);
}

VZ_DEFINE_CONFIG (VzLinuxBootLoader, vz_linux_boot_loader, VZ_TYPE_BOOT_LOADER, .check = check)

/**
 * vz_linux_boot_loader_new:
 * @kernel_path: (type filename): the kernel file
 *
 * Makes a boot loader with an empty command line and no initial ramdisk.
 *
 * Returns: (transfer full): the boot loader
 */
VzLinuxBootLoader *
vz_linux_boot_loader_new (const char *kernel_path)
{
  return g_object_new (VZ_TYPE_LINUX_BOOT_LOADER, "kernel-path", kernel_path, NULL);
}

VZ_ACCESS_STRING (VzLinuxBootLoader, vz_linux_boot_loader, kernel_path)
VZ_ACCESS_STRING (VzLinuxBootLoader, vz_linux_boot_loader, command_line)
VZ_ACCESS_STRING (VzLinuxBootLoader, vz_linux_boot_loader, initial_ramdisk_path)
