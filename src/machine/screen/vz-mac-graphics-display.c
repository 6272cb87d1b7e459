/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/screen/vz-mac-graphics-display.h"

#include "configuration/graphics/vz-mac-graphics-display-configuration.h"
#include "machine/screen/vz-graphics-private.h"

/**
 * VzMacGraphicsDisplay:
 *
 * A display of a Mac. Apple: `VZMacGraphicsDisplay`.
 *
 * QEMU: as #VzGraphicsDisplay.
 *
 * Since: 0.1
 */
struct _VzMacGraphicsDisplay {
  VzGraphicsDisplay parent_instance;
};

G_DEFINE_FINAL_TYPE (VzMacGraphicsDisplay, vz_mac_graphics_display, VZ_TYPE_GRAPHICS_DISPLAY)

static void
vz_mac_graphics_display_class_init (VzMacGraphicsDisplayClass *klass)
{
}

static void
vz_mac_graphics_display_init (VzMacGraphicsDisplay *self)
{
}

/**
 * vz_mac_graphics_display_get_pixels_per_inch:
 * @self: a display
 *
 * Apple: `pixelsPerInch`.
 *
 * Returns: the pixels per inch with which it was last configured
 */
guint
vz_mac_graphics_display_get_pixels_per_inch (VzMacGraphicsDisplay *self)
{
  g_autoptr (VzGraphicsDisplayConfiguration) configuration = NULL;

  g_return_val_if_fail (VZ_IS_MAC_GRAPHICS_DISPLAY (self), 0);
  configuration = vz_graphics_display_dup_configuration (VZ_GRAPHICS_DISPLAY (self));
  return vz_mac_graphics_display_configuration_get_pixels_per_inch (
    VZ_MAC_GRAPHICS_DISPLAY_CONFIGURATION (configuration));
}
