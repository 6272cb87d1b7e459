/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/boot/vz-linux-boot-loader.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-monitors.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How this works: what each class becomes
 *
 * VzGenericPlatformConfiguration   -machine <the hardware model's versioned type>, -uuid
 * cpu-count, memory-size           -smp, -m
 * accelerator                      KVM: -cpu host. TCG: -cpu max, as many threads as processors
 * nested virtualization            the processor's svm or vmx; on aarch64 the machine's EL2
 * VzEFIBootLoader                  two flash devices: code (read only), variable store
 * VzLinuxBootLoader                -kernel, -initrd, -append
 * VzVirtioBlockDeviceConfiguration virtio-blk-pci, serial = block device identifier
 * VzNVMExpressController...        nvme;  VzUSBMassStorageDeviceConfiguration: usb-storage
 * caching mode                     automatic, cached: the host's page cache (writeback);
 *                                  uncached: O_DIRECT (cache.direct=on)
 * synchronization mode             full, fsync: a guest's flush is fdatasync() of the file, which
 *                                  on Linux goes through to the medium, so that both are the same;
 *                                  none: flushes are ignored (cache.no-flush=on)
 * VzVirtioNetworkDevice...         virtio-net-pci; NAT: QEMU's user network with forwarded ports
 *                                  a file handle: -netdev dgram; a private network: multicast on
 *                                  the loopback; a bridge: a tap that qemu-bridge-helper opens
 * VzVirtioGraphicsDevice..., VzMacGraphicsDevice...
 *                                  virtio-vga (x86_64), virtio-gpu-pci (aarch64) of that size,
 *                                  shown by VNC on a socket of this user
 * USB and Mac keyboards            usb-kbd;  screen pointer, Mac trackpad: usb-tablet
 * VzUARTSerialPortConfiguration    16550A on x86_64, PL011 on aarch64
 * VzVirtioConsoleDeviceSerialPort  virtconsole on its own controller
 * VzVirtioConsoleDevice...         virtio-serial-pci with its ports
 * VzSpiceAgentPortAttachment       a chardev by which QEMU itself talks to the guest's agent
 * VzVirtioSocketDevice...          vhost-vsock-pci with a descriptor of /dev/vhost-vsock
 * VzVirtioSoundDevice...           virtio-sound-pci on boards from 8.2 on, else ich9-intel-hda and
 *                                  codecs; -audiodev for each end
 * VzVirtioEntropyDevice..., VzVirtioTraditionalMemoryBalloonDevice...
 *                                  virtio-rng-pci, virtio-balloon-pci
 * VzVirtioFileSystemDevice...      vhost-user-fs-pci or virtio-9p-pci, and a line for the guest's
 * fstab
 *
 * a file for the guest's first boot  -fw_cfg, once for each name
 *
 * VzMacPlatformConfiguration, VzMacOSBootLoader
 *                                  another board, see vz-arguments-mac.c
 *
 * Always present: the guest agent's port, a panic device, monitors (the owner's and those for other
 * programs), and the seccomp sandbox with every class denied. Nothing comes from QEMU's defaults or
 * from the user's files. */

#define SHARED_MEMORY "memory"
/* Older tables of the firmware have one byte for it, and newer QEMUs refuse to write 255 there. */
#define MAX_SMBIOS_2_CPUS 254

gboolean
vz_arguments_host_has_io_uring (void)
{
  struct io_uring_params params = { 0 };
  long fd = syscall (__NR_io_uring_setup, 1, &params);

  if (fd < 0)
    return FALSE;
  close ((int) fd);
  return TRUE;
}

gboolean
vz_arguments_get_board (VzVirtualMachineConfiguration *configuration, const char **ret_architecture,
                        const char **ret_machine_type, GError **error)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (configuration);
  VzGenericHardwareModel *model;

  if (!VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "a Mac has a different board from generic machines");
  model = vz_generic_platform_configuration_get_hardware_model (
    VZ_GENERIC_PLATFORM_CONFIGURATION (platform));
  *ret_architecture = vz_generic_hardware_model_get_architecture (model);
  *ret_machine_type = vz_generic_hardware_model_get_machine_type (model);
  return TRUE;
}

static void
add_monitor (VzArguments *self, VzCommandLine *line, guint index, int fd)
{
  g_autofree char *name = vz_monitor_dup_name (index);
  g_autofree char *path = vz_monitor_dup_socket_path (self->runtime_dir, index);
  VzOption *chardev = vz_command_line_add (line, "-chardev", "socket");
  VzOption *monitor;

  vz_option_set (chardev, "id", name);
  if (fd >= 0)
    vz_option_set_format (chardev, "fd", "%d", fd);
  else
    vz_option_set (chardev, "path", path);
  vz_option_set (chardev, "server", "on");
  vz_option_set (chardev, "wait", "off");
  monitor = vz_command_line_add (line, "-mon", NULL);
  vz_option_set (monitor, "chardev", name);
  vz_option_set (monitor, "mode", "control");
}

static void
add_confinement (VzArguments *self, VzCommandLine *line)
{
  VzOption *sandbox;

  vz_command_line_add_plain (line, "-no-user-config", NULL);
  /* The keyboard and pointer of a Mac are its board's defaults. */
  if (self->vmapple == NULL)
    vz_command_line_add_plain (line, "-nodefaults", NULL);
  if (self->vmapple == NULL || self->vmapple->has_sandbox)
    {
      sandbox = vz_command_line_add (line, "-sandbox", "on");
      vz_option_set (sandbox, "obsolete", "deny");
      vz_option_set (sandbox, "elevateprivileges", "deny");
      vz_option_set (sandbox, "spawn", "deny");
      vz_option_set (sandbox, "resourcecontrol", "deny");
    }
  for (guint i = 0; i < VZ_N_MONITORS; i++)
    add_monitor (self, line, i, i == VZ_MONITOR_OWNER ? self->monitor_fd : -1);
}

char *
vz_arguments_add_fd (VzCommandLine *line, int fd)
{
  VzOption *option = vz_command_line_add (line, "-add-fd", NULL);

  vz_option_set_format (option, "fd", "%d", fd);
  vz_option_set_format (option, "set", "%d", fd);
  return g_strdup_printf ("/dev/fdset/%d", fd);
}

static void
add_flash (VzCommandLine *line, const char *name, const char *format, const char *path,
           gboolean read_only)
{
  VzOption *node = vz_command_line_add (line, "-blockdev", NULL);

  vz_option_set (node, "driver", format);
  vz_option_set (node, "node-name", name);
  vz_option_set_bool (node, "read-only", read_only);
  vz_option_set (node, "file.driver", "file");
  vz_option_set (node, "file.filename", path);
}

/* An emulated aarch64 processor gets its hypervisor level from the board, see add_board(). */
static void
add_processor (VzCommandLine *line, gboolean is_arm, gboolean is_kvm, gboolean is_nested)
{
  VzOption *option = vz_command_line_add (line, "-cpu", is_kvm ? "host" : "max");

  if (is_arm && !is_kvm)
    vz_option_set (option, "pauth-impdef", "on"); /* the standard algorithm is slow to emulate */
  if (!is_arm && !is_nested)
    {
      vz_option_set (option, "svm", "off");
      vz_option_set (option, "vmx", "off");
      /* Without svm, QEMU drops the extended leaves before the one with the address width, and a
       * Linux with five-level page tables fails in strange places. */
      if (!is_kvm)
        vz_option_set (option, "xlevel", "0x80000008");
    }
}

static gboolean
has_servers (VzArguments *self)
{
  return self->open_share != NULL &&
         vz_virtual_machine_configuration_get_directory_sharing_devices (self->configuration)->len >
           0;
}

/* Memory that is shared with the servers of shared folders. */
static void
add_shared_memory (VzCommandLine *line, guint64 size)
{
  VzOption *option = vz_command_line_add (line, "-object", "memory-backend-memfd");

  vz_option_set (option, "id", SHARED_MEMORY);
  vz_option_set_format (option, "size", "%" G_GUINT64_FORMAT "M", size >> 20);
  vz_option_set (option, "share", "on");
}

/* Flash that only the firmware writes, in SMM, so that no guest can install its own keys. */
static gboolean
has_secure_flash (VzArguments *self)
{
  return self->firmware != NULL && self->firmware->needs_smm;
}

static void
add_board (VzArguments *self, VzCommandLine *line, const char *architecture,
           const char *machine_type, VzEFIVariableStore *store)
{
  gboolean is_arm = g_str_equal (architecture, "aarch64");
  gboolean is_kvm = self->accelerator == VZ_ACCELERATOR_KVM;
  guint cpus = vz_virtual_machine_configuration_get_cpu_count (self->configuration);
  guint64 memory = vz_virtual_machine_configuration_get_memory_size (self->configuration);
  gboolean is_nested = vz_generic_platform_configuration_get_nested_virtualization_enabled (
    VZ_GENERIC_PLATFORM_CONFIGURATION (
      vz_virtual_machine_configuration_get_platform (self->configuration)));
  VzOption *option;

  option = vz_command_line_add (line, "-machine", machine_type);
  if (is_arm)
    {
      vz_option_set (option, "gic-version", is_kvm ? "host" : "3");
      if (is_nested)
        vz_option_set (option, "virtualization", "on");
    }
  else
    {
      vz_option_set (option, "smm", has_secure_flash (self) ? "on" : "off");
      vz_option_set (option, "vmport", "off");
      if (cpus > MAX_SMBIOS_2_CPUS)
        vz_option_set (option, "smbios-entry-point-type", "64");
    }
  if (has_servers (self))
    vz_option_set (option, "memory-backend", SHARED_MEMORY);
  if (store != NULL)
    {
      vz_option_set (option, "pflash0", "efi-code");
      vz_option_set (option, "pflash1", "efi-variables");
    }
  option = vz_command_line_add (line, "-accel", is_kvm ? "kvm" : "tcg");
  if (!is_kvm)
    vz_option_set (option, "thread", "multi");
  add_processor (line, is_arm, is_kvm, is_nested);
  option = vz_command_line_add (line, "-smp", NULL);
  vz_option_set_format (option, "cpus", "%u", cpus);
  vz_option_set (option, "sockets", "1");
  vz_option_set_format (option, "cores", "%u", cpus);
  vz_option_set (option, "threads", "1");
  option = vz_command_line_add (line, "-m", NULL);
  vz_option_set_format (option, "size", "%" G_GUINT64_FORMAT "M", memory >> 20);
  if (has_servers (self))
    add_shared_memory (line, memory);
  if (store != NULL)
    {
      g_autofree char *path = self->overlay != NULL
                                ? vz_arguments_add_fd (line, self->overlay->variables)
                                : g_strdup (vz_efi_variable_store_get_path (store));

      add_flash (line, "efi-code", self->firmware->code_format, self->firmware->code_path, TRUE);
      add_flash (line, "efi-variables", self->firmware->vars_template_format, path, FALSE);
      if (has_secure_flash (self))
        vz_command_line_add_plain (line, "-global", "driver=cfi.pflash01,property=secure,value=on");
    }
}

static void
add_identity (VzArguments *self, VzCommandLine *line)
{
  VzMachineIdentifier *identifier =
    vz_virtual_machine_configuration_get_identifier (self->configuration);
  g_autofree char *name = vz_machine_identifier_to_string (identifier);
  g_autofree char *uuid = vz_machine_identifier_dup_uuid (identifier);
  g_autofree char *pid_file = g_build_filename (self->runtime_dir, "pid", NULL);
  VzOption *option;

  option = vz_command_line_add (line, "-name", NULL);
  /* A program that attaches recognizes it by this name. */
  vz_option_set_format (option, "guest", "vz-%s%s", name,
                        self->overlay != NULL ? VZ_NAME_EPHEMERAL : "");
  vz_option_set (option, "debug-threads", "on");
  if (self->vmapple == NULL)
    vz_command_line_add_plain (line, "-uuid", uuid);
  vz_command_line_add_plain (line, "-pidfile", pid_file);
}

static void
add_linux_boot (VzCommandLine *line, VzLinuxBootLoader *loader)
{
  const char *ramdisk = vz_linux_boot_loader_get_initial_ramdisk_path (loader);
  const char *text = vz_linux_boot_loader_get_command_line (loader);

  vz_command_line_add_plain (line, "-kernel", vz_linux_boot_loader_get_kernel_path (loader));
  if (ramdisk != NULL)
    vz_command_line_add_plain (line, "-initrd", ramdisk);
  if (text != NULL && *text != '\0')
    vz_command_line_add_plain (line, "-append", text);
}

/* systemd-boot takes it from there (smbios-type-11(7)); another boot loader ignores it. */
static void
add_kernel_options (VzCommandLine *line, const char *kernel_options)
{
  VzOption *table = vz_command_line_add (line, "-smbios", NULL);

  vz_option_set (table, "type", "11");
  vz_option_set_format (table, "value", "io.systemd.boot.kernel-cmdline-extra=%s", kernel_options);
}

/* Read by what vz installs in its guests; see src/guest/provision.sh. */
static void
add_host_name (VzArguments *self, VzCommandLine *line)
{
  VzPlatformConfiguration *platform =
    vz_virtual_machine_configuration_get_platform (self->configuration);
  const char *name = NULL;
  VzOption *table;

  if (VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    name = vz_generic_platform_configuration_get_host_name (
      VZ_GENERIC_PLATFORM_CONFIGURATION (platform));
  if (name == NULL)
    return;
  table = vz_command_line_add (line, "-smbios", NULL);
  vz_option_set (table, "type", "11");
  vz_option_set_format (table, "value", "vz.host-name=%s", name);
}

/* Commas in the path are doubled as in any other option. */
static void
add_firmware_file (VzCommandLine *line, const VzFirmwareFile *file)
{
  for (guint i = 0; file->names[i] != NULL; i++)
    {
      VzOption *item = vz_command_line_add (line, "-fw_cfg", NULL);

      vz_option_set (item, "name", file->names[i]);
      vz_option_set (item, "file", file->path);
    }
}

/* What it does after a restart is not what the one who has started it so is after. */
static void
add_kernel_boot (VzCommandLine *line, const VzKernelBoot *boot)
{
  vz_command_line_add_plain (line, "-kernel", boot->kernel);
  vz_command_line_add_plain (line, "-initrd", boot->ramdisk);
  vz_command_line_add_plain (line, "-append", boot->options);
  vz_command_line_add_plain (line, "-action", "reboot=shutdown");
}

static gboolean
add_small_devices (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *entropy = vz_virtual_machine_configuration_get_entropy_devices (self->configuration);
  GPtrArray *balloons =
    vz_virtual_machine_configuration_get_memory_balloon_devices (self->configuration);
  VzOption *device;

  /* A guest that panics ends with an error rather than hang. */
  device = vz_command_line_add (line, "-device", "pvpanic-pci");
  if (!vz_arguments_place (self, device, VZ_SLOT_OTHER, error))
    return FALSE;
  for (guint i = 0; i < entropy->len; i++)
    {
      VzOption *source = vz_command_line_add (line, "-object", "rng-random");

      vz_option_set_format (source, "id", "entropy%u", i);
      vz_option_set (source, "filename", "/dev/urandom");
      device = vz_command_line_add (line, "-device", "virtio-rng-pci");
      vz_option_set_format (device, "rng", "entropy%u", i);
      if (!vz_arguments_place (self, device, VZ_SLOT_OTHER, error))
        return FALSE;
    }
  for (guint i = 0; i < balloons->len; i++)
    {
      device = vz_command_line_add (line, "-device", "virtio-balloon-pci");
      vz_option_set_format (device, "id", "balloon%u", i);
      vz_option_set (device, "free-page-reporting", "on"); /* freed memory returns to the host */
      if (!vz_arguments_place (self, device, VZ_SLOT_OTHER, error))
        return FALSE;
    }
  return TRUE;
}

GStrv
vz_arguments_build (VzArguments *self, GError **error)
{
  g_autoptr (VzCommandLine) line = vz_command_line_new ();
  VzBootLoader *loader = vz_virtual_machine_configuration_get_boot_loader (self->configuration);
  VzEFIVariableStore *store = NULL;
  const char *architecture;
  const char *machine_type;

  if (self->vmapple != NULL)
    {
      add_confinement (self, line);
      add_identity (self, line);
      return vz_arguments_add_mac (self, line, error)
               ? vz_command_line_render (line, self->binary, error)
               : NULL;
    }
  if (!vz_arguments_get_board (self->configuration, &architecture, &machine_type, error))
    return NULL;
  if (VZ_IS_EFI_BOOT_LOADER (loader))
    store = vz_efi_boot_loader_get_variable_store (VZ_EFI_BOOT_LOADER (loader));
  if (store != NULL && self->firmware == NULL)
    return vz_fail_null (error, VZ_ERROR_INTERNAL, "an EFI machine without firmware");
  add_confinement (self, line);
  add_identity (self, line);
  add_board (self, line, architecture, machine_type, store);
  if (VZ_IS_LINUX_BOOT_LOADER (loader))
    add_linux_boot (line, VZ_LINUX_BOOT_LOADER (loader));
  if (self->kernel_options != NULL)
    add_kernel_options (line, self->kernel_options);
  if (self->kernel_boot != NULL)
    add_kernel_boot (line, self->kernel_boot);
  if (self->firmware_file != NULL)
    add_firmware_file (line, self->firmware_file);
  add_host_name (self, line);
  if (self->incoming)
    vz_command_line_add_plain (line, "-incoming", "defer");
  if (!vz_arguments_add_display_and_input (self, line, error) ||
      !vz_arguments_add_network (self, line, error) ||
      !vz_arguments_add_storage (self, line, error) ||
      !vz_arguments_add_serial (self, line, error) ||
      !vz_arguments_add_sharing (self, line, error) ||
      !vz_arguments_add_sound (self, line, error) || !vz_arguments_add_socket (self, line, error) ||
      !add_small_devices (self, line, error))
    return NULL;
  return vz_command_line_render (line, self->binary, error);
}
