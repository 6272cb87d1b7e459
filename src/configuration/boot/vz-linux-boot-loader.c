/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-linux-boot-loader.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzLinuxBootLoader:
 *
 * Boots a Linux kernel without firmware. Apple: `VZLinuxBootLoader`.
 */
struct _VzLinuxBootLoader {
  VzBootLoader parent_instance;

  char *kernel_path;
  char *command_line;
  char *initial_ramdisk_path;
};

G_DEFINE_FINAL_TYPE (VzLinuxBootLoader, vz_linux_boot_loader, VZ_TYPE_BOOT_LOADER)

enum { PROP_KERNEL_PATH = 1, PROP_COMMAND_LINE, PROP_INITIAL_RAMDISK_PATH, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_STRING ("kernel-path", VzLinuxBootLoader, kernel_path,
             "kernel file; on aarch64 an uncompressed Image",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
  VZ_STRING ("command-line", VzLinuxBootLoader, command_line, "kernel command line", .text = ""),
  VZ_STRING ("initial-ramdisk-path", VzLinuxBootLoader, initial_ramdisk_path,
             "initial ramdisk file", .flags = VZ_FIELD_PATH),
};

/* Both x86 and arm64 kernels cut their command line at 2048 bytes, the final NUL included. */
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

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_linux_boot_loader_class_init (VzLinuxBootLoaderClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_linux_boot_loader_init (VzLinuxBootLoader *self)
{
}

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

/**
 * vz_linux_boot_loader_get_kernel_path:
 * @self: a boot loader
 *
 * Returns: (nullable) (type filename): the kernel file; on aarch64 it must be an uncompressed
 *   Image
 */
/**
 * vz_linux_boot_loader_set_kernel_path:
 * @self: a boot loader
 * @kernel_path: (nullable) (type filename): the kernel file; on aarch64 it must be an
 *   uncompressed Image
 *
 * Sets what vz_linux_boot_loader_get_kernel_path() returns.
 */
VZ_ACCESS_STRING (VzLinuxBootLoader, vz_linux_boot_loader, VZ_IS_LINUX_BOOT_LOADER, kernel_path,
                  PROP_KERNEL_PATH)

/**
 * vz_linux_boot_loader_get_command_line:
 * @self: a boot loader
 *
 * Returns: the kernel's command line, at most 2047 bytes; empty by default
 */
/**
 * vz_linux_boot_loader_set_command_line:
 * @self: a boot loader
 * @command_line: (nullable): the kernel's command line, at most 2047 bytes; empty by default
 *
 * Sets what vz_linux_boot_loader_get_command_line() returns.
 */
VZ_ACCESS_STRING (VzLinuxBootLoader, vz_linux_boot_loader, VZ_IS_LINUX_BOOT_LOADER, command_line,
                  PROP_COMMAND_LINE)

/**
 * vz_linux_boot_loader_get_initial_ramdisk_path:
 * @self: a boot loader
 *
 * Returns: (nullable) (type filename): the file of the initial ramdisk, or %NULL for none
 */
/**
 * vz_linux_boot_loader_set_initial_ramdisk_path:
 * @self: a boot loader
 * @initial_ramdisk_path: (nullable) (type filename): the file of the initial ramdisk, or %NULL
 *   for none
 *
 * Sets what vz_linux_boot_loader_get_initial_ramdisk_path() returns.
 */
VZ_ACCESS_STRING (VzLinuxBootLoader, vz_linux_boot_loader, VZ_IS_LINUX_BOOT_LOADER,
                  initial_ramdisk_path, PROP_INITIAL_RAMDISK_PATH)
