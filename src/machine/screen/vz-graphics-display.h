/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "configuration/graphics/vz-graphics-display-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_GRAPHICS_DISPLAY (vz_graphics_display_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzGraphicsDisplay, vz_graphics_display, VZ, GRAPHICS_DISPLAY, GObject)

/**
 * VzGraphicsDisplayClass:
 *
 * The class of #VzGraphicsDisplay.
 */
struct _VzGraphicsDisplayClass {
  GObjectClass parent_class;
};

VZ_PUBLIC
gboolean vz_graphics_display_query_size_in_pixels (VzGraphicsDisplay *self, guint *ret_width,
                                                   guint *ret_height, GCancellable *cancellable,
                                                   GError **error);
VZ_PUBLIC
gboolean vz_graphics_display_reconfigure_with_size (VzGraphicsDisplay *self, guint width_in_pixels,
                                                    guint height_in_pixels,
                                                    GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_graphics_display_reconfigure (VzGraphicsDisplay *self,
                                          VzGraphicsDisplayConfiguration *configuration,
                                          GCancellable *cancellable, GError **error);

G_END_DECLS
