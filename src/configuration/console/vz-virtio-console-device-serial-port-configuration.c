/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-virtio-console-device-serial-port-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioConsoleDeviceSerialPortConfiguration:
 *
 * A serial port on a virtio console, `/dev/hvc0` and so on in a Linux guest. Apple:
 * `VZVirtioConsoleDeviceSerialPortConfiguration`.
 *
 * QEMU: `virtio-serial-pci` with one `virtconsole`.
 *
 * Since: 0.1
 */
struct _VzVirtioConsoleDeviceSerialPortConfiguration {
  VzSerialPortConfiguration parent_instance;

  VzSerialPortAttachment *attachment;
};

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzVirtioConsoleDeviceSerialPortConfiguration, attachment,
             "where the port's data goes and comes from", vz_serial_port_attachment_get_type),
};

VZ_DEFINE_CONFIG (VzVirtioConsoleDeviceSerialPortConfiguration,
                  vz_virtio_console_device_serial_port_configuration,
                  VZ_TYPE_SERIAL_PORT_CONFIGURATION)

/**
 * vz_virtio_console_device_serial_port_configuration_new:
 *
 * Makes a virtio serial port.
 *
 * Returns: (transfer full): the virtio serial port
 */
VzVirtioConsoleDeviceSerialPortConfiguration *
vz_virtio_console_device_serial_port_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_CONSOLE_DEVICE_SERIAL_PORT_CONFIGURATION, NULL);
}
