/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-machine-devices.h"

#include "configuration/socket/vz-virtio-socket-device-configuration.h"
#include "configuration/vz-virtio-traditional-memory-balloon-device-configuration.h"
#include "foundation/vz-fail.h"
#include "machine/devices/vz-usb-controller-private.h"
#include "machine/devices/vz-virtio-console-private.h"
#include "machine/devices/vz-virtio-file-system-device-private.h"
#include "machine/devices/vz-virtio-traditional-memory-balloon-device-private.h"
#include "machine/devices/vz-xhci-controller.h"
#include "machine/screen/vz-graphics-private.h"
#include "machine/sockets/vz-virtio-socket-private.h"

static VzMachineDevices *
make (VzVirtualMachine *machine)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_get_configuration (machine);
  VzMachineDevices *self = g_new0 (VzMachineDevices, 1);
  GPtrArray *controllers = vz_virtual_machine_configuration_get_usb_controllers (configuration);
  GPtrArray *consoles = vz_virtual_machine_configuration_get_console_devices (configuration);
  GPtrArray *shares =
    vz_virtual_machine_configuration_get_directory_sharing_devices (configuration);
  GPtrArray *graphics = vz_virtual_machine_configuration_get_graphics_devices (configuration);
  GPtrArray *sockets = vz_virtual_machine_configuration_get_socket_devices (configuration);
  GPtrArray *balloons = vz_virtual_machine_configuration_get_memory_balloon_devices (configuration);

  self->console_devices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < consoles->len; i++)
    g_ptr_array_add (self->console_devices, vz_virtio_console_device_new (machine, i));
  self->directory_sharing_devices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < shares->len; i++)
    g_ptr_array_add (self->directory_sharing_devices,
                     vz_virtio_file_system_device_new (shares->pdata[i]));
  self->graphics_devices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < graphics->len; i++)
    g_ptr_array_add (self->graphics_devices, vz_graphics_device_new (machine, graphics->pdata[i]));
  self->memory_balloon_devices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < balloons->len; i++)
    if (VZ_IS_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE_CONFIGURATION (balloons->pdata[i]))
      g_ptr_array_add (self->memory_balloon_devices, vz_virtio_balloon_new (machine));
  self->socket_devices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < sockets->len; i++)
    if (VZ_IS_VIRTIO_SOCKET_DEVICE_CONFIGURATION (sockets->pdata[i]))
      g_ptr_array_add (self->socket_devices, vz_virtio_socket_device_new (machine));
  self->usb_controllers = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < controllers->len; i++)
    g_ptr_array_add (self->usb_controllers,
                     vz_usb_controller_new (VZ_TYPE_XHCI_CONTROLLER, machine, i));
  return self;
}

static void
devices_free (gpointer data)
{
  VzMachineDevices *self = data;

  g_ptr_array_unref (self->console_devices);
  g_ptr_array_unref (self->directory_sharing_devices);
  g_ptr_array_unref (self->graphics_devices);
  g_ptr_array_unref (self->memory_balloon_devices);
  g_ptr_array_unref (self->socket_devices);
  g_ptr_array_unref (self->usb_controllers);
  g_free (self);
}

VzMachineDevices *
vz_machine_devices_of (VzVirtualMachine *machine)
{
  static GMutex lock;
  VzMachineDevices *self;

  g_mutex_lock (&lock);
  self = g_object_get_data (G_OBJECT (machine), "vz-devices");
  if (self == NULL)
    {
      self = make (machine);
      g_object_set_data_full (G_OBJECT (machine), "vz-devices", self, devices_free);
    }
  g_mutex_unlock (&lock);
  return self;
}

VzEngine *
vz_machine_devices_find_engine (GWeakRef *machine, VzVirtualMachine **ret_machine, GError **error)
{
  *ret_machine = g_weak_ref_get (machine);
  return *ret_machine != NULL
           ? vz_virtual_machine_get_running_engine (*ret_machine, error)
           : vz_fail_null (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE, "the machine is gone");
}

/**
 * vz_virtual_machine_get_console_devices:
 * @self: a machine
 *
 * Apple: `consoleDevices`.
 *
 * Returns: (transfer none) (element-type VzConsoleDevice): the console devices, in the order of the
 *   configuration; they live as long as the machine
 */
GPtrArray *
vz_virtual_machine_get_console_devices (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return vz_machine_devices_of (self)->console_devices;
}

/**
 * vz_virtual_machine_get_directory_sharing_devices:
 * @self: a machine
 *
 * Apple: `directorySharingDevices`.
 *
 * Returns: (transfer none) (element-type VzDirectorySharingDevice): the directory sharing devices,
 *   in the order of the configuration; they live as long as the machine
 */
GPtrArray *
vz_virtual_machine_get_directory_sharing_devices (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return vz_machine_devices_of (self)->directory_sharing_devices;
}

/**
 * vz_virtual_machine_get_graphics_devices:
 * @self: a machine
 *
 * Apple: `graphicsDevices`.
 *
 * Returns: (transfer none) (element-type VzGraphicsDevice): the graphics devices, in the order of
 *   the configuration; they live as long as the machine
 */
GPtrArray *
vz_virtual_machine_get_graphics_devices (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return vz_machine_devices_of (self)->graphics_devices;
}

/**
 * vz_virtual_machine_get_memory_balloon_devices:
 * @self: a machine
 *
 * Apple: `memoryBalloonDevices`.
 *
 * Returns: (transfer none) (element-type VzMemoryBalloonDevice): the memory balloons, in the order
 *   of the configuration; they live as long as the machine
 */
GPtrArray *
vz_virtual_machine_get_memory_balloon_devices (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return vz_machine_devices_of (self)->memory_balloon_devices;
}

/**
 * vz_virtual_machine_get_socket_devices:
 * @self: a machine
 *
 * Apple: `socketDevices`.
 *
 * Returns: (transfer none) (element-type VzSocketDevice): the socket devices, in the order of the
 *   configuration; they live as long as the machine
 */
GPtrArray *
vz_virtual_machine_get_socket_devices (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return vz_machine_devices_of (self)->socket_devices;
}

/**
 * vz_virtual_machine_get_usb_controllers:
 * @self: a machine
 *
 * Apple: `usbControllers`.
 *
 * Returns: (transfer none) (element-type VzUSBController): the USB controllers, in the order of the
 *   configuration; they live as long as the machine
 */
GPtrArray *
vz_virtual_machine_get_usb_controllers (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return vz_machine_devices_of (self)->usb_controllers;
}
