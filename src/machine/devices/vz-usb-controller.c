/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-usb-controller-private.h"

#include "foundation/host/vz-file-users.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "machine/devices/vz-machine-devices.h"
#include "machine/devices/vz-usb-mass-storage-device-private.h"
#include "qemu/engine/vz-engine-usb.h"

/* How this works
 *
 * Only QEMU knows which devices a controller has, since other programs may attach and detach them
 * as well. So QEMU is asked each time, and the object for a device is kept as long as the device is
 * attached. Only one call runs at a time: two would each take the other's device for a new one. */

typedef struct {
  GWeakRef machine;
  guint index; /* among the machine's controllers */
  GMutex lock;
  GPtrArray *devices; /* of VzUSBMassStorageDevice: attached at the last query */
} VzUSBControllerPrivate;

/**
 * VzUSBController:
 *
 * A USB controller of a machine, which accepts devices while the machine runs. Apple:
 * `VZUSBController`.
 *
 * QEMU: see its subclass.
 *
 * Since: 0.1
 */
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (VzUSBController, vz_usb_controller, G_TYPE_OBJECT)

static VzUSBControllerPrivate *
get_private (VzUSBController *self)
{
  return vz_usb_controller_get_instance_private (self);
}

static void
vz_usb_controller_finalize (GObject *object)
{
  VzUSBControllerPrivate *priv = get_private (VZ_USB_CONTROLLER (object));

  g_ptr_array_unref (priv->devices);
  g_mutex_clear (&priv->lock);
  g_weak_ref_clear (&priv->machine);
  G_OBJECT_CLASS (vz_usb_controller_parent_class)->finalize (object);
}

static void
vz_usb_controller_class_init (VzUSBControllerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_usb_controller_finalize;
}

static void
vz_usb_controller_init (VzUSBController *self)
{
  VzUSBControllerPrivate *priv = get_private (self);

  g_weak_ref_init (&priv->machine, NULL);
  g_mutex_init (&priv->lock);
  priv->devices = g_ptr_array_new_with_free_func (g_object_unref);
}

VzUSBController *
vz_usb_controller_new (GType type, VzVirtualMachine *machine, guint index)
{
  VzUSBController *self = g_object_new (type, NULL);

  g_weak_ref_set (&get_private (self)->machine, machine);
  get_private (self)->index = index;
  return self;
}

static VzUSBMassStorageDevice *
find (GPtrArray *devices, const char *uuid)
{
  for (guint i = 0; i < devices->len; i++)
    if (g_str_equal (vz_usb_device_get_uuid (devices->pdata[i]), uuid))
      return devices->pdata[i];
  return NULL;
}

/* Makes the attached devices match @configuration. */
static void
follow_locked (VzUSBController *self, VzVirtualMachineConfiguration *configuration)
{
  VzUSBControllerPrivate *priv = get_private (self);
  GPtrArray *controllers = vz_virtual_machine_configuration_get_usb_controllers (configuration);
  GPtrArray *there =
    vz_usb_controller_configuration_get_usb_devices (controllers->pdata[priv->index]);
  GPtrArray *now = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < there->len; i++)
    {
      VzUSBMassStorageDevice *known =
        find (priv->devices, vz_usb_device_configuration_get_uuid (there->pdata[i]));

      g_ptr_array_add (now, known != NULL ? g_object_ref (known)
                                          : vz_usb_mass_storage_device_new (there->pdata[i]));
      vz_usb_mass_storage_device_set_usb_controller (now->pdata[i], self);
    }
  for (guint i = 0; i < priv->devices->len; i++)
    if (find (now, vz_usb_device_get_uuid (priv->devices->pdata[i])) == NULL)
      vz_usb_mass_storage_device_set_usb_controller (priv->devices->pdata[i], NULL);
  g_ptr_array_unref (priv->devices);
  priv->devices = now;
}

/* Includes what the other controllers have. NULL with @error. */
static VzVirtualMachineConfiguration *
ask_locked (VzUSBController *self, VzEngine *engine, VzVirtualMachine *machine,
            GCancellable *cancellable, GError **error)
{
  VzVirtualMachineConfiguration *now =
    vz_engine_dup_usb_configuration (engine, vz_virtual_machine_get_configuration (machine),
                                     cancellable, error);

  if (now != NULL)
    follow_locked (self, now);
  return now;
}

/**
 * vz_usb_controller_list_usb_devices:
 * @self: a USB controller
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Lists the devices that are attached to the controller now, whichever program attached them; while
 * the machine is not running, those of its configuration. Keyboards and pointing devices are not
 * included. Apple: `usbDevices`.
 *
 * Returns: (transfer container) (element-type VzUSBDevice) (nullable): the devices; %NULL with
 *   @error
 */
GPtrArray *
vz_usb_controller_list_usb_devices (VzUSBController *self, GCancellable *cancellable,
                                    GError **error)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autoptr (VzVirtualMachineConfiguration) now = NULL;
  VzUSBControllerPrivate *priv;
  GPtrArray *list = NULL;
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_USB_CONTROLLER (self), NULL);
  priv = get_private (self);
  engine = vz_machine_devices_find_engine (&priv->machine, &machine, NULL);
  if (machine == NULL)
    return vz_fail_null (error, VZ_ERROR_USB_CONTROLLER_NOT_FOUND, "the machine is gone");
  g_mutex_lock (&priv->lock);
  if (engine != NULL)
    now = ask_locked (self, engine, machine, cancellable, error);
  else
    follow_locked (self, vz_virtual_machine_get_configuration (machine));
  if (engine == NULL || now != NULL)
    {
      list = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_extend (list, priv->devices, (GCopyFunc) (void *) g_object_ref, NULL);
    }
  g_mutex_unlock (&priv->lock);
  return list;
}

static gboolean
is_attached (VzVirtualMachineConfiguration *now, guint controller, const char *uuid)
{
  GPtrArray *controllers = vz_virtual_machine_configuration_get_usb_controllers (now);

  for (guint i = 0; i < controllers->len; i++)
    {
      GPtrArray *devices = vz_usb_controller_configuration_get_usb_devices (controllers->pdata[i]);

      for (guint n = 0; n < devices->len && (controller == G_MAXUINT || controller == i); n++)
        if (g_str_equal (vz_usb_device_configuration_get_uuid (devices->pdata[n]), uuid))
          return TRUE;
    }
  return FALSE;
}

/* QEMU detects only other QEMUs, and does not name them. */
static gboolean
check_users (VzUSBMassStorageDeviceConfiguration *device, GError **error)
{
  VzDiskImageStorageDeviceAttachment *image =
    vz_storage_device_configuration_get_disk_image (VZ_STORAGE_DEVICE_CONFIGURATION (device));

  return image == NULL ||
         vz_file_check_users (vz_disk_image_storage_device_attachment_get_path (image),
                              vz_disk_image_storage_device_attachment_get_read_only (image)
                                ? VZ_FILE_USE_READ
                                : VZ_FILE_USE_WRITE,
                              error);
}

static gboolean
check_new (VzUSBMassStorageDevice *device, VzVirtualMachineConfiguration *now, GError **error)
{
  VzUSBMassStorageDeviceConfiguration *configuration =
    vz_usb_mass_storage_device_get_configuration (device);
  g_autoptr (GError) cause = NULL;

  if (!vz_config_validate (VZ_CONFIG (configuration), &cause))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return vz_fail_recode (error, VZ_ERROR_DEVICE_INITIALIZATION_FAILURE);
    }
  if (is_attached (now, G_MAXUINT, vz_usb_device_get_uuid (VZ_USB_DEVICE (device))))
    return vz_fail (error, VZ_ERROR_DEVICE_ALREADY_ATTACHED,
                    "a device with the UUID %s is already attached",
                    vz_usb_device_get_uuid (VZ_USB_DEVICE (device)));
  return check_users (configuration, error) ||
         vz_fail_generalize (error, VZ_ERROR_BUSY, VZ_ERROR_DEVICE_INITIALIZATION_FAILURE);
}

/**
 * vz_usb_controller_attach_device:
 * @self: a controller of a machine that is running or paused
 * @device: a #VzUSBMassStorageDevice
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Plugs a device in until it is detached or the machine ends. A saved state includes it. Apple:
 * `attach(device:)`.
 *
 * Returns: whether it is attached; otherwise @error is code 3 (state),
 *   %VZ_ERROR_DEVICE_ALREADY_ATTACHED when it is already attached to a controller,
 *   %VZ_ERROR_DEVICE_INITIALIZATION_FAILURE when it is not valid, QEMU cannot use it, or its file
 *   is in use elsewhere (with %VZ_ERROR_BUSY as the underlying code),
 *   %VZ_ERROR_USB_CONTROLLER_NOT_FOUND when the machine runs without this controller
 */
gboolean
vz_usb_controller_attach_device (VzUSBController *self, VzUSBDevice *device,
                                 GCancellable *cancellable, GError **error)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autoptr (VzVirtualMachineConfiguration) now = NULL;
  VzUSBControllerPrivate *priv;
  VzUSBMassStorageDevice *disk;
  VzEngine *engine;
  gboolean ok;

  g_return_val_if_fail (VZ_IS_USB_CONTROLLER (self) && VZ_IS_USB_MASS_STORAGE_DEVICE (device),
                        FALSE);
  priv = get_private (self);
  disk = VZ_USB_MASS_STORAGE_DEVICE (device);
  if (vz_usb_device_get_usb_controller (device) != NULL)
    return vz_fail (error, VZ_ERROR_DEVICE_ALREADY_ATTACHED,
                    "the device is already attached to a controller");
  engine = vz_machine_devices_find_engine (&priv->machine, &machine, error);
  if (engine == NULL)
    return FALSE;
  g_mutex_lock (&priv->lock);
  now = ask_locked (self, engine, machine, cancellable, error);
  ok = now != NULL && check_new (disk, now, error) &&
       vz_engine_attach_usb (engine, now, priv->index,
                             vz_usb_mass_storage_device_get_configuration (disk), cancellable,
                             error);
  if (ok)
    {
      g_ptr_array_add (priv->devices, g_object_ref (device));
      vz_usb_mass_storage_device_set_usb_controller (disk, self);
    }
  g_mutex_unlock (&priv->lock);
  return ok;
}

/**
 * vz_usb_controller_detach_device:
 * @self: a controller of a machine that is running or paused
 * @device: a device attached to it
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Unplugs a device, whatever the guest is doing with it, and returns once its file is closed.
 * Apple: `detach(device:)`.
 *
 * Returns: whether it is detached; otherwise @error is code 3 (state), or
 *   %VZ_ERROR_DEVICE_NOT_FOUND when it is not attached to this controller
 */
gboolean
vz_usb_controller_detach_device (VzUSBController *self, VzUSBDevice *device,
                                 GCancellable *cancellable, GError **error)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autoptr (VzVirtualMachineConfiguration) now = NULL, after = NULL;
  VzUSBControllerPrivate *priv;
  const char *uuid;
  VzEngine *engine;
  gboolean ok;

  g_return_val_if_fail (VZ_IS_USB_CONTROLLER (self) && VZ_IS_USB_MASS_STORAGE_DEVICE (device),
                        FALSE);
  priv = get_private (self);
  uuid = vz_usb_device_get_uuid (device);
  engine = vz_machine_devices_find_engine (&priv->machine, &machine, error);
  if (engine == NULL)
    return FALSE;
  g_mutex_lock (&priv->lock);
  now = ask_locked (self, engine, machine, cancellable, error);
  if (now == NULL)
    ok = FALSE;
  else if (!is_attached (now, priv->index, uuid))
    ok = vz_fail (error, VZ_ERROR_DEVICE_NOT_FOUND, "the USB device %s is not attached", uuid);
  else
    ok = vz_engine_detach_usb (engine, uuid, cancellable, error);
  if (ok)
    after = ask_locked (self, engine, machine, cancellable, NULL);
  if (ok)
    vz_usb_mass_storage_device_set_usb_controller (VZ_USB_MASS_STORAGE_DEVICE (device), NULL);
  g_mutex_unlock (&priv->lock);
  return ok;
}

static gpointer
attach (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_usb_controller_attach_device (source, data, cancellable, error) ? VZ_ASYNC_DONE : NULL;
}

static gpointer
detach (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_usb_controller_detach_device (source, data, cancellable, error) ? VZ_ASYNC_DONE : NULL;
}

/**
 * vz_usb_controller_attach_device_async:
 * @self: a controller of a machine that is running or paused
 * @device: a #VzUSBMassStorageDevice
 * @cancellable: (nullable): stops the wait
 * @callback: (scope async): called when it is attached or has failed
 * @user_data: for @callback
 *
 * vz_usb_controller_attach_device() without blocking.
 */
void
vz_usb_controller_attach_device_async (VzUSBController *self, VzUSBDevice *device,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const VzAsync async = { attach, vz_usb_controller_attach_device_async, g_object_ref (device),
                          g_object_unref, NULL };

  g_return_if_fail (VZ_IS_USB_CONTROLLER (self));
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_usb_controller_attach_device_finish:
 * @self: a USB controller
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_usb_controller_attach_device()
 */
gboolean
vz_usb_controller_attach_device_finish (VzUSBController *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_usb_controller_attach_device_async, error) != NULL;
}

/**
 * vz_usb_controller_detach_device_async:
 * @self: a controller of a machine that is running or paused
 * @device: a device attached to it
 * @cancellable: (nullable): stops the wait
 * @callback: (scope async): called when it is detached or has failed
 * @user_data: for @callback
 *
 * vz_usb_controller_detach_device() without blocking.
 */
void
vz_usb_controller_detach_device_async (VzUSBController *self, VzUSBDevice *device,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const VzAsync async = { detach, vz_usb_controller_detach_device_async, g_object_ref (device),
                          g_object_unref, NULL };

  g_return_if_fail (VZ_IS_USB_CONTROLLER (self));
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_usb_controller_detach_device_finish:
 * @self: a USB controller
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_usb_controller_detach_device()
 */
gboolean
vz_usb_controller_detach_device_finish (VzUSBController *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_usb_controller_detach_device_async, error) != NULL;
}
