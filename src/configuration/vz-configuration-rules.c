/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-configuration-rules.h"

#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/boot/vz-mac-os-boot-loader.h"
#include "configuration/console/vz-spice-agent-port-attachment.h"
#include "configuration/console/vz-uart-serial-port-configuration.h"
#include "configuration/graphics/vz-mac-graphics-device-configuration.h"
#include "configuration/input/vz-mac-keyboard-configuration.h"
#include "configuration/input/vz-mac-trackpad-configuration.h"
#include "configuration/input/vz-usb-keyboard-configuration.h"
#include "configuration/input/vz-usb-screen-coordinate-pointing-device-configuration.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/sharing/vz-multiple-directory-share.h"
#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"
#include "configuration/storage/vz-nvm-express-controller-device-configuration.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "configuration/usb/vz-usb-ports.h"
#include "foundation/config/vz-field.h"
#include "foundation/host/vz-binary.h"
#include "foundation/host/vz-firmware.h"
#include "foundation/host/vz-host.h"
#include "foundation/vz-size.h"

#include <sys/stat.h>

#define MIB (G_GUINT64_CONSTANT (1) << 20)

typedef void (*Rule) (VzVirtualMachineConfiguration *self, VzProblems *problems);

static VzGenericHardwareModel *
get_board (VzVirtualMachineConfiguration *self)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (self);

  if (platform == NULL || !VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    return NULL;
  return vz_generic_platform_configuration_get_hardware_model (
    VZ_GENERIC_PLATFORM_CONFIGURATION (platform));
}

const char *
vz_virtual_machine_configuration_get_architecture (VzVirtualMachineConfiguration *self)
{
  VzGenericHardwareModel *model = get_board (self);

  if (VZ_IS_MAC_PLATFORM_CONFIGURATION (vz_virtual_machine_configuration_get_platform (self)))
    return "aarch64";
  return model != NULL ? vz_generic_hardware_model_get_architecture (model)
                       : vz_host_get_architecture ();
}

VzMachineIdentifier *
vz_virtual_machine_configuration_get_identifier (VzVirtualMachineConfiguration *self)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (self);

  if (VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    return (VzMachineIdentifier *) vz_generic_platform_configuration_get_machine_identifier (
      VZ_GENERIC_PLATFORM_CONFIGURATION (platform));
  if (VZ_IS_MAC_PLATFORM_CONFIGURATION (platform))
    return (VzMachineIdentifier *) vz_mac_platform_configuration_get_machine_identifier (
      VZ_MAC_PLATFORM_CONFIGURATION (platform));
  return NULL;
}

static gboolean
is_generic (VzVirtualMachineConfiguration *self)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (self);

  /* A missing platform is the problem, not what depends on it. */
  return platform == NULL || VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform);
}

static gboolean
has_known_family (VzGenericHardwareModel *model)
{
  gboolean is_arm = g_str_equal (vz_generic_hardware_model_get_architecture (model), "aarch64");

  return g_str_has_prefix (vz_generic_hardware_model_get_machine_type (model),
                           is_arm ? "virt-" : "pc-q35-");
}

gboolean
vz_check_board_for_host (VzVirtualMachineConfiguration *self, GError **error)
{
  VzGenericHardwareModel *model = get_board (self);
  g_autofree char *binary = NULL;

  if (model == NULL || vz_hardware_model_is_supported (VZ_HARDWARE_MODEL (model)) ||
      !has_known_family (model))
    return TRUE;
  binary = vz_binary_find (vz_generic_hardware_model_get_architecture (model), NULL);
  return binary == NULL ||
         vz_binary_check_board (binary, vz_generic_hardware_model_get_machine_type (model), error);
}

static GPtrArray *
list_of (VzVirtualMachineConfiguration *self, const char *property)
{
  return vz_field_get_pointer (VZ_CONFIG (self), vz_config_find_field (VZ_CONFIG (self), property));
}

static guint
count_of_type (VzVirtualMachineConfiguration *self, const char *property, GType type)
{
  GPtrArray *list = list_of (self, property);
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    n += (guint) G_TYPE_CHECK_INSTANCE_TYPE (list->pdata[i], type);
  return n;
}

static void
check_cpu_count (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  guint min = vz_virtual_machine_configuration_get_minimum_allowed_cpu_count ();
  guint max = vz_virtual_machine_configuration_get_maximum_allowed_cpu_count ();
  guint count = vz_virtual_machine_configuration_get_cpu_count (self);
  g_autofree char *found = g_strdup_printf ("%u", count);

  if (count < min || count > max)
    vz_problems_add (problems, VZ_CONFIG (self), "cpu-count", found,
                     "must be %u to %u on this host", min, max);
}

static void
check_memory_size (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  guint64 min = vz_virtual_machine_configuration_get_minimum_allowed_memory_size ();
  guint64 max = vz_virtual_machine_configuration_get_maximum_allowed_memory_size ();
  guint64 size = vz_virtual_machine_configuration_get_memory_size (self);
  g_autofree char *found = vz_size_format (size);
  g_autofree char *min_text = vz_size_format (min);
  g_autofree char *max_text = vz_size_format (max);

  if (size < min || size > max)
    vz_problems_add (problems, VZ_CONFIG (self), "memory-size", found,
                     "must be %s to %s on this host", min_text, max_text);
  if (size % MIB != 0)
    vz_problems_add (problems, VZ_CONFIG (self), "memory-size", found, "must be a multiple of 1M");
}

static void
check_boot_loader (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  VzBootLoader *boot_loader = vz_virtual_machine_configuration_get_boot_loader (self);

  if (boot_loader == NULL || VZ_IS_MAC_OS_BOOT_LOADER (boot_loader) == !is_generic (self))
    return;
  vz_problems_add (problems, VZ_CONFIG (self), "boot-loader", vz_problems_kind_of (boot_loader),
                   is_generic (self) ? "must be an EFI or a Linux boot loader on a generic platform"
                                     : "must be a Mac OS boot loader on a Mac platform");
}

/* The store's size is the firmware's: a store of another size was made for other firmware, and the
 * machine would not even get as far as a message. A host without firmware is not a fault of the
 * configuration; the engine reports that. */
static void
check_variable_store (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  VzBootLoader *boot_loader = vz_virtual_machine_configuration_get_boot_loader (self);
  VzGenericHardwareModel *model = get_board (self);
  VzEFIVariableStore *store = NULL;
  g_autoptr (VzFirmware) firmware = NULL;
  g_autofree char *found = NULL;
  const char *path = NULL;
  struct stat is, template;

  if (boot_loader != NULL && VZ_IS_EFI_BOOT_LOADER (boot_loader))
    store = vz_efi_boot_loader_get_variable_store (VZ_EFI_BOOT_LOADER (boot_loader));
  if (store != NULL)
    path = vz_efi_variable_store_get_path (store);
  if (path == NULL || model == NULL || stat (path, &is) != 0)
    return;
  firmware =
    vz_firmware_find (vz_generic_hardware_model_get_architecture (model),
                      vz_generic_hardware_model_get_machine_type (model),
                      vz_efi_boot_loader_get_secure_boot (VZ_EFI_BOOT_LOADER (boot_loader)), NULL);
  if (firmware == NULL || !g_str_equal (firmware->vars_template_format, "raw") ||
      stat (firmware->vars_template_path, &template) != 0 || is.st_size == template.st_size)
    return;
  found = g_strdup_printf ("%s, %" G_GINT64_FORMAT " bytes", path, (gint64) is.st_size);
  vz_problems_add_at (problems, "boot-loader.variable-store", VZ_CONFIG (store), "path", found,
                      "must be %" G_GINT64_FORMAT " bytes, as this host's firmware for %s wants it",
                      (gint64) template.st_size,
                      vz_generic_hardware_model_get_architecture (model));
}

/* Devices that exist only on one kind of board. */
static void
check_device_platform (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  const struct {
    const char *property;
    GType type;
    gboolean generic;
  } rows[] = {
    { "storage-devices", VZ_TYPE_NVM_EXPRESS_CONTROLLER_DEVICE_CONFIGURATION, TRUE },
    { "graphics-devices", VZ_TYPE_MAC_GRAPHICS_DEVICE_CONFIGURATION, FALSE },
    { "pointing-devices", VZ_TYPE_MAC_TRACKPAD_CONFIGURATION, FALSE },
    { "keyboards", VZ_TYPE_MAC_KEYBOARD_CONFIGURATION, FALSE },
  };

  for (gsize row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      GPtrArray *list = list_of (self, rows[row].property);

      for (guint i = 0; i < list->len; i++)
        {
          g_autofree char *location = g_strdup_printf ("%s[%u]", rows[row].property, i);

          if (G_TYPE_CHECK_INSTANCE_TYPE (list->pdata[i], rows[row].type) &&
              rows[row].generic != is_generic (self))
            vz_problems_add_at (problems, location, list->pdata[i], "type",
                                vz_problems_kind_of (list->pdata[i]), "is only possible with a %s",
                                rows[row].generic ? "generic platform" : "Mac platform");
        }
    }
}

/* The guest's display is one window, one screenshot; two balloons would undo each other. A
 * display's keys and pointer go to one device of each kind: a USB one besides the Mac's is for
 * guests without a driver for that. */
static void
check_counts (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  const struct {
    const char *property;
    GType type;
  } rows[] = {
    { "graphics-devices", VZ_TYPE_GRAPHICS_DEVICE_CONFIGURATION },
    { "memory-balloon-devices", VZ_TYPE_MEMORY_BALLOON_DEVICE_CONFIGURATION },
    { "socket-devices", VZ_TYPE_SOCKET_DEVICE_CONFIGURATION },
    { "keyboards", VZ_TYPE_USB_KEYBOARD_CONFIGURATION },
    { "keyboards", VZ_TYPE_MAC_KEYBOARD_CONFIGURATION },
    { "pointing-devices", VZ_TYPE_USB_SCREEN_COORDINATE_POINTING_DEVICE_CONFIGURATION },
    { "pointing-devices", VZ_TYPE_MAC_TRACKPAD_CONFIGURATION },
  };

  for (gsize row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      guint count = count_of_type (self, rows[row].property, rows[row].type);
      gboolean is_any = G_TYPE_IS_ABSTRACT (rows[row].type);
      g_autofree char *found = g_strdup_printf ("%u", count);

      if (count > 1)
        vz_problems_add (problems, VZ_CONFIG (self), rows[row].property, found,
                         "must be at most 1 %s",
                         is_any ? "device" : vz_problems_kind_of_type (rows[row].type));
    }
}

/* A PC has room for four UARTs; on QEMU's ARM board the second one belongs to the secure world. */
static void
check_uarts (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  const char *architecture = vz_virtual_machine_configuration_get_architecture (self);
  guint max = g_str_equal (architecture, "x86_64") ? 4 : 1;
  guint count = count_of_type (self, "serial-ports", VZ_TYPE_UART_SERIAL_PORT_CONFIGURATION);
  g_autofree char *found = g_strdup_printf ("%u", count);

  if (count > max)
    vz_problems_add (problems, VZ_CONFIG (self), "serial-ports", found,
                     "must be at most %u UART serial ports on %s", max, architecture);
}

/* The agent's port has a name; serial ports do not. */
static void
check_serial_ports (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  GPtrArray *ports = list_of (self, "serial-ports");

  for (guint i = 0; i < ports->len; i++)
    {
      VzSerialPortAttachment *attachment =
        vz_serial_port_configuration_get_attachment (ports->pdata[i]);
      g_autofree char *location = g_strdup_printf ("serial-ports[%u]", i);

      if (VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (attachment))
        vz_problems_add_at (problems, location, ports->pdata[i], "attachment",
                            vz_problems_kind_of (attachment),
                            "must be on a port of a virtio console device");
    }
}

/* In every machine: the guest agent's channel and the panic device. */
#define OWN_PCI_DEVICES 2
/* A default controller has four ports, and QEMU puts an eight-port hub into the last one. */
#define MAX_USB_DEVICES 8

/* Besides the first of each device, which the list itself counts. */
static guint
count_more_folders (VzVirtualMachineConfiguration *self)
{
  GPtrArray *devices = list_of (self, "directory-sharing-devices");
  guint n = 0;

  for (guint i = 0; i < devices->len; i++)
    {
      VzDirectoryShare *share =
        vz_virtio_file_system_device_configuration_get_share (devices->pdata[i]);
      GPtrArray *folders =
        VZ_IS_MULTIPLE_DIRECTORY_SHARE (share)
          ? vz_multiple_directory_share_get_directories (VZ_MULTIPLE_DIRECTORY_SHARE (share))
          : NULL;

      if (folders != NULL && folders->len > 1)
        n += folders->len - 1;
    }
  return n;
}

/* The first one also has the devices that need a controller and are in none. */
static void
check_controllers (GPtrArray *controllers, guint n_others, VzProblems *problems)
{
  for (guint i = 0; i < controllers->len; i++)
    {
      guint n = vz_usb_controller_configuration_get_usb_devices (controllers->pdata[i])->len +
                (i == 0 ? n_others : 0);
      g_autofree char *location = g_strdup_printf ("usb-controllers[%u]", i);
      g_autofree char *found = g_strdup_printf ("%u", n);

      if (n > VZ_USB_PORTS)
        vz_problems_add_at (problems, location, controllers->pdata[i], "usb-devices", found,
                            "must be at most %d USB devices in all", VZ_USB_PORTS);
    }
}

/* All lists of devices except those whose devices are on the USB bus. */
static guint
count_listed (VzVirtualMachineConfiguration *self)
{
  static const char *const usb[] = { "keyboards", "pointing-devices", NULL };
  guint n_fields;
  const VzField *fields =
    vz_config_class_get_fields (VZ_CONFIG_GET_CLASS (VZ_CONFIG (self)), &n_fields);
  guint n = 0;

  for (guint i = 0; i < n_fields; i++)
    if (fields[i].kind == VZ_KIND_ARRAY && !g_strv_contains (usb, fields[i].name))
      n += list_of (self, fields[i].name)->len;
  return n;
}

static void
check_buses (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  guint n_storage_usb =
    count_of_type (self, "storage-devices", VZ_TYPE_USB_MASS_STORAGE_DEVICE_CONFIGURATION);
  guint n_uarts = count_of_type (self, "serial-ports", VZ_TYPE_UART_SERIAL_PORT_CONFIGURATION);
  guint n_usb = n_storage_usb + list_of (self, "keyboards")->len +
                list_of (self, "pointing-devices")->len;
  GPtrArray *controllers = list_of (self, "usb-controllers");
  gboolean has_own = n_usb > 0 && controllers->len == 0;
  guint max_pci = VZ_PCI_PLACES - OWN_PCI_DEVICES - (has_own ? 1 : 0);
  guint n_pci = count_listed (self) - n_storage_usb - n_uarts + count_more_folders (self);
  g_autofree char *found_usb = g_strdup_printf ("%u", n_usb);
  g_autofree char *found_pci = g_strdup_printf ("%u", n_pci);

  check_controllers (controllers, n_usb, problems);
  if (controllers->len == 0 && n_usb > MAX_USB_DEVICES)
    vz_problems_add (problems, VZ_CONFIG (self), "keyboards, pointing-devices, storage-devices",
                     found_usb, "must be at most %d USB devices in all", MAX_USB_DEVICES);
  if (n_pci > max_pci)
    vz_problems_add (problems, VZ_CONFIG (self), "devices", found_pci,
                     "must be at most %u PCI devices in all%s", max_pci,
                     has_own ? ", besides the controller of the USB devices" : "");
}

static void
check_accelerator (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  const char *architecture = vz_virtual_machine_configuration_get_architecture (self);

  if (vz_virtual_machine_configuration_get_accelerator (self) == VZ_ACCELERATOR_KVM &&
      !g_str_equal (architecture, vz_host_get_architecture ()))
    vz_problems_add (problems, VZ_CONFIG (self), "accelerator", "kvm",
                     "must be automatic or tcg: KVM on this %s host cannot run an %s guest",
                     vz_host_get_architecture (), architecture);
}

/* An emulated processor has what is needed, whatever KVM says. */
static void
check_nested_virtualization (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (self);
  const char *architecture = vz_virtual_machine_configuration_get_architecture (self);
  const char *obstacle = vz_host_get_nested_obstacle ();

  if (obstacle == NULL || platform == NULL || !VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform) ||
      !vz_generic_platform_configuration_get_nested_virtualization_enabled (
        VZ_GENERIC_PLATFORM_CONFIGURATION (platform)) ||
      vz_virtual_machine_configuration_get_accelerator (self) == VZ_ACCELERATOR_TCG ||
      !g_str_equal (architecture, vz_host_get_architecture ()))
    return;
  vz_problems_add_at (problems, "platform", VZ_CONFIG (platform), "nested-virtualization-enabled",
                      "true", "%s; accelerator=tcg emulates it", obstacle);
}

void
vz_check_virtual_machine_rules (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  static const Rule rules[] = {
    check_cpu_count,
    check_memory_size,
    check_accelerator,
    check_boot_loader,
    check_variable_store,
    check_device_platform,
    check_counts,
    check_uarts,
    check_serial_ports,
    check_buses,
    check_nested_virtualization,
    vz_check_mac_rules,
    vz_check_translator_rules,
    vz_check_unique_rules,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    rules[i](self, problems);
}
