/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gtk/vz-view-display.h"

VzGraphicsDisplay *
vz_view_display_of (VzVirtualMachine *machine)
{
  GPtrArray *devices = machine != NULL ? vz_virtual_machine_get_graphics_devices (machine) : NULL;
  GPtrArray *displays = devices != NULL && devices->len > 0
                          ? vz_graphics_device_get_displays (devices->pdata[0])
                          : NULL;

  return displays != NULL && displays->len > 0 ? displays->pdata[0] : NULL;
}

gboolean
vz_view_display_get_size (VzVirtualMachine *machine, int *ret_width, int *ret_height)
{
  GPtrArray *devices;
  GPtrArray *displays;
  guint width, height;

  if (machine == NULL)
    return FALSE;
  devices = vz_virtual_machine_configuration_get_graphics_devices (
    vz_virtual_machine_get_configuration (machine));
  if (devices->len == 0)
    return FALSE;
  displays = VZ_IS_MAC_GRAPHICS_DEVICE_CONFIGURATION (devices->pdata[0])
               ? vz_mac_graphics_device_configuration_get_displays (devices->pdata[0])
               : vz_virtio_graphics_device_configuration_get_scanouts (devices->pdata[0]);
  if (displays->len == 0)
    return FALSE;
  g_object_get (displays->pdata[0], "width-in-pixels", &width, "height-in-pixels", &height, NULL);
  *ret_width = (int) width;
  *ret_height = (int) height;
  return TRUE;
}

gboolean
vz_view_display_is_on (VzVirtualMachine *machine, gboolean connected)
{
  if (vz_view_display_of (machine) == NULL)
    return FALSE;
  switch (vz_virtual_machine_get_state (machine))
    {
    case VZ_VIRTUAL_MACHINE_STATE_RUNNING:
    case VZ_VIRTUAL_MACHINE_STATE_PAUSED:
      return TRUE;
    case VZ_VIRTUAL_MACHINE_STATE_PAUSING:
    case VZ_VIRTUAL_MACHINE_STATE_RESUMING:
    case VZ_VIRTUAL_MACHINE_STATE_SAVING:
    case VZ_VIRTUAL_MACHINE_STATE_STOPPING:
      return connected;
    case VZ_VIRTUAL_MACHINE_STATE_STOPPED:
    case VZ_VIRTUAL_MACHINE_STATE_ERROR:
    case VZ_VIRTUAL_MACHINE_STATE_STARTING:
    case VZ_VIRTUAL_MACHINE_STATE_RESTORING:
      break;
    }
  return FALSE;
}

const char *
vz_view_display_get_placeholder (VzVirtualMachine *machine)
{
  if (machine == NULL)
    return "";
  if (vz_view_display_of (machine) == NULL)
    return "The machine has no display";
  return vz_view_display_is_on (machine, TRUE) ? "" : "The machine is not running";
}
