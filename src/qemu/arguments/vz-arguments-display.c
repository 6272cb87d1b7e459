/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/graphics/vz-mac-graphics-device-configuration.h"
#include "configuration/graphics/vz-mac-graphics-display-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-device-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-scanout-configuration.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"

#include <string.h>

typedef struct {
  guint width;
  guint height;
} Size;

/* Apple's default, for a device without a display. */
static const Size default_size = { 1920, 1200 };

static Size
size_of (VzGraphicsDeviceConfiguration *graphics)
{
  if (VZ_IS_VIRTIO_GRAPHICS_DEVICE_CONFIGURATION (graphics))
    {
      GPtrArray *scanouts = vz_virtio_graphics_device_configuration_get_scanouts (
        VZ_VIRTIO_GRAPHICS_DEVICE_CONFIGURATION (graphics));
      VzVirtioGraphicsScanoutConfiguration *first = scanouts->len > 0 ? scanouts->pdata[0] : NULL;

      if (first != NULL)
        return (Size){
          vz_virtio_graphics_scanout_configuration_get_width_in_pixels (first),
          vz_virtio_graphics_scanout_configuration_get_height_in_pixels (first),
        };
    }
  else if (VZ_IS_MAC_GRAPHICS_DEVICE_CONFIGURATION (graphics))
    {
      GPtrArray *displays = vz_mac_graphics_device_configuration_get_displays (
        VZ_MAC_GRAPHICS_DEVICE_CONFIGURATION (graphics));
      VzMacGraphicsDisplayConfiguration *first = displays->len > 0 ? displays->pdata[0] : NULL;

      if (first != NULL)
        return (Size){
          vz_mac_graphics_display_configuration_get_width_in_pixels (first),
          vz_mac_graphics_display_configuration_get_height_in_pixels (first),
        };
    }
  return default_size;
}

/* "remote" comes first, because the monitor can change the addresses of the first one only; see
 * vz_virtual_machine_publish_display(). */
void
vz_arguments_add_vnc (VzArguments *self, VzCommandLine *line)
{
  g_autofree char *address = g_strdup_printf ("unix:%s/vnc.sock", self->runtime_dir);
  VzOption *server = vz_command_line_add (line, "-vnc", "none");

  vz_option_set (server, "id", "remote");
  vz_option_set (server, "share", "ignore");
  vz_option_set (server, "password", "on");
  server = vz_command_line_add (line, "-vnc", NULL);
  vz_option_set (server, "vnc", address); /* named, because an address may contain '=' */
  vz_option_set (server, "id", "local");
  vz_option_set (server, "share", "ignore"); /* a client never disconnects another */
}

/* virtio-vga is virtio-gpu that also acts as a VGA, which OVMF and early kernels draw on; the virt
 * board has no VGA, and its firmware drives virtio-gpu itself. Linux sets the size that the device
 * requests (EDID) once its driver is loaded. */
static gboolean
add_graphics (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_graphics_devices (self->configuration);
  const char *architecture;
  const char *machine_type;

  vz_command_line_add_plain (line, "-display", "none");
  if (!vz_arguments_get_board (self->configuration, &architecture, &machine_type, error))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    {
      Size size = size_of (g_ptr_array_index (devices, i));
      gboolean is_vga = i == 0 && g_str_equal (architecture, "x86_64");
      VzOption *device =
        vz_command_line_add (line, "-device", is_vga ? "virtio-vga" : "virtio-gpu-pci");

      vz_option_set_format (device, "id", "display%u", i);
      vz_option_set_format (device, "xres", "%u", size.width);
      vz_option_set_format (device, "yres", "%u", size.height);
      if (!vz_arguments_place (self, device, VZ_SLOT_GRAPHICS, error))
        return FALSE;
    }
  if (devices->len > 0)
    vz_arguments_add_vnc (self, line);
  return TRUE;
}

static gboolean
has_usb_storage (VzArguments *self)
{
  GPtrArray *storage = vz_virtual_machine_configuration_get_storage_devices (self->configuration);

  for (guint i = 0; i < storage->len; i++)
    if (VZ_IS_USB_MASS_STORAGE_DEVICE_CONFIGURATION (storage->pdata[i]))
      return TRUE;
  return FALSE;
}

/* A machine that needs a controller but has none configured gets a smaller one, as before. */
static gboolean
add_usb_controllers (VzArguments *self, VzCommandLine *line, gboolean is_needed, GError **error)
{
  guint n = vz_virtual_machine_configuration_get_usb_controllers (self->configuration)->len;
  guint n_all = n == 0 && is_needed ? 1 : n;

  for (guint i = 0; i < n_all; i++)
    {
      VzOption *controller = vz_command_line_add (line, "-device", "qemu-xhci");

      if (i == 0)
        vz_option_set (controller, "id", "usb");
      else
        vz_option_set_format (controller, "id", "usb%u", i);
      if (n > 0)
        {
          vz_option_set_number (controller, "p2", VZ_USB_PORTS);
          vz_option_set_number (controller, "p3", VZ_USB_PORTS);
        }
      if (!vz_arguments_place (self, controller, VZ_SLOT_USB, error))
        return FALSE;
    }
  return TRUE;
}

static void
add_usb_devices (VzCommandLine *line, const char *driver, guint n)
{
  for (guint i = 0; i < n; i++)
    vz_option_set (vz_command_line_add (line, "-device", driver), "bus", "usb.0");
}

/* A Mac keyboard and a Mac trackpad need drivers that only macOS has: they become the USB devices
 * that every guest supports. Beside their USB counterparts (Apple's advice for old guests), they
 * add none. */
gboolean
vz_arguments_add_display_and_input (VzArguments *self, VzCommandLine *line, GError **error)
{
  guint n_keyboards = vz_virtual_machine_configuration_get_keyboards (self->configuration)->len;
  guint n_pointers =
    vz_virtual_machine_configuration_get_pointing_devices (self->configuration)->len;

  if (!add_graphics (self, line, error))
    return FALSE;
  if (!add_usb_controllers (self, line, n_keyboards > 0 || n_pointers > 0 || has_usb_storage (self),
                            error))
    return FALSE;
  add_usb_devices (line, "usb-kbd", MIN (n_keyboards, 1));
  add_usb_devices (line, "usb-tablet", MIN (n_pointers, 1));
  return TRUE;
}
