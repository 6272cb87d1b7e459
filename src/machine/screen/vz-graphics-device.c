/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/screen/vz-graphics-private.h"

#include "configuration/graphics/vz-mac-graphics-device-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-device-configuration.h"
#include "machine/screen/vz-mac-graphics-device.h"
#include "machine/screen/vz-virtio-graphics-device.h"

/**
 * VzGraphicsDevice:
 *
 * A graphics device of a machine. Apple: `VZGraphicsDevice`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
typedef struct {
  GPtrArray *displays; /* of VzGraphicsDisplay */
} VzGraphicsDevicePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (VzGraphicsDevice, vz_graphics_device, G_TYPE_OBJECT)

static void
finalize (GObject *object)
{
  VzGraphicsDevicePrivate *priv =
    vz_graphics_device_get_instance_private (VZ_GRAPHICS_DEVICE (object));

  g_ptr_array_unref (priv->displays);
  G_OBJECT_CLASS (vz_graphics_device_parent_class)->finalize (object);
}

static void
vz_graphics_device_class_init (VzGraphicsDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
vz_graphics_device_init (VzGraphicsDevice *self)
{
  VzGraphicsDevicePrivate *priv = vz_graphics_device_get_instance_private (self);

  priv->displays = g_ptr_array_new_with_free_func (g_object_unref);
}

VzGraphicsDevice *
vz_graphics_device_new (VzVirtualMachine *machine, VzGraphicsDeviceConfiguration *configuration)
{
  gboolean is_mac = VZ_IS_MAC_GRAPHICS_DEVICE_CONFIGURATION (configuration);
  VzGraphicsDevice *self =
    g_object_new (is_mac ? VZ_TYPE_MAC_GRAPHICS_DEVICE : VZ_TYPE_VIRTIO_GRAPHICS_DEVICE, NULL);
  VzGraphicsDevicePrivate *priv = vz_graphics_device_get_instance_private (self);
  GPtrArray *displays = is_mac ? vz_mac_graphics_device_configuration_get_displays (
                                   VZ_MAC_GRAPHICS_DEVICE_CONFIGURATION (configuration))
                               : vz_virtio_graphics_device_configuration_get_scanouts (
                                   VZ_VIRTIO_GRAPHICS_DEVICE_CONFIGURATION (configuration));

  for (guint i = 0; i < displays->len; i++)
    g_ptr_array_add (priv->displays, vz_graphics_display_new (machine, displays->pdata[i]));
  return self;
}

/**
 * vz_graphics_device_get_displays:
 * @self: a graphics device
 *
 * Apple: `displays`.
 *
 * Returns: (transfer none) (element-type VzGraphicsDisplay): its displays, in the order of the
 *   configuration
 */
GPtrArray *
vz_graphics_device_get_displays (VzGraphicsDevice *self)
{
  VzGraphicsDevicePrivate *priv;

  g_return_val_if_fail (VZ_IS_GRAPHICS_DEVICE (self), NULL);
  priv = vz_graphics_device_get_instance_private (self);
  return priv->displays;
}
