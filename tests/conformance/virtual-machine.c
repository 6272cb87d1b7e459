/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include <string.h>

/* VZVirtualMachine before it starts, and VZMacOSInstaller: everything that needs no guest. The
 * states are in tests/machine. */

static void
test_supported (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_host_check_engine ("x86_64", &error));
  g_assert_no_error (error);
  g_assert_false (vz_host_check_engine ("riscv64", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
}

static void
test_error_domain (void)
{
  g_assert_cmpstr (g_quark_to_string (vz_error_quark ()), ==, "VZErrorDomain");
}

/* Nothing can be plugged into a controller whose machine is gone. */
static void
test_controller_without_machine (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (GPtrArray) controllers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (VzUSBController) controller = NULL;
  g_autoptr (GError) error = NULL;
  VzVirtualMachine *machine;

  g_ptr_array_add (controllers, vz_xhci_controller_configuration_new ());
  vz_virtual_machine_configuration_set_usb_controllers (configuration, controllers);
  machine = vz_virtual_machine_new (configuration);
  controller = g_object_ref (vz_virtual_machine_get_usb_controllers (machine)->pdata[0]);
  g_object_unref (machine);
  g_assert_null (vz_usb_controller_list_usb_devices (controller, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_USB_CONTROLLER_NOT_FOUND);
}

/* Apple's queue is the default one, or one given by the caller: here the thread's. */
static void
test_queue (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_new (configuration);
  g_autoptr (VzVirtualMachine) other = NULL;
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_assert_true (vz_virtual_machine_get_main_context (machine) == g_main_context_default ());
  g_main_context_push_thread_default (context);
  other = vz_virtual_machine_new (configuration);
  g_main_context_pop_thread_default (context);
  g_assert_true (vz_virtual_machine_get_main_context (other) == context);
  g_assert_cmpint (vz_virtual_machine_get_state (other), ==, VZ_VIRTUAL_MACHINE_STATE_STOPPED);
}

/* As configured, in pixels and in points. */
static void
test_mac_display (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzMacGraphicsDeviceConfiguration) device = vz_mac_graphics_device_configuration_new ();
  g_autoptr (GPtrArray) displays = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();
  g_autoptr (VzVirtualMachine) machine = NULL;
  GPtrArray *list;

  g_ptr_array_add (displays, vz_mac_graphics_display_configuration_new (1920, 1200, 80));
  vz_mac_graphics_device_configuration_set_displays (device, displays);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_graphics_devices (configuration, devices);
  machine = vz_virtual_machine_new (configuration);
  list = vz_virtual_machine_get_graphics_devices (machine);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (VZ_IS_MAC_GRAPHICS_DEVICE (list->pdata[0]));
  list = vz_graphics_device_get_displays (list->pdata[0]);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_cmpuint (vz_mac_graphics_display_get_pixels_per_inch (list->pdata[0]), ==, 80);
}

static void
expect_refusal (VzInstaller *installer, GCancellable *cancellable, int code, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_installer_install (installer, cancellable, &error));
  g_assert_error (error, VZ_ERROR, code);
  g_assert_nonnull (strstr (error->message, text));
}

/* Cancelled before it begins, and not reusable. */
static void
test_installer (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_new (configuration);
  g_autoptr (VzInstaller) installer = vz_installer_new (machine, "/nonexistent/image.ipsw");
  g_autoptr (VzInstaller) second = vz_installer_new (machine, "/nonexistent/image.ipsw");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_assert_true (vz_installer_get_virtual_machine (installer) == machine);
  g_assert_cmpstr (vz_installer_get_restore_image_path (installer), ==, "/nonexistent/image.ipsw");
  g_assert_cmpfloat (vz_progress_get_fraction_completed (vz_installer_get_progress (installer)), ==,
                     0);
  g_cancellable_cancel (cancelled);
  expect_refusal (installer, cancelled, VZ_ERROR_OPERATION_CANCELLED, "was cancelled");
  expect_refusal (installer, NULL, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE, "already been used");
  expect_refusal (second, NULL, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "image.ipsw");
  g_assert_true (vz_virtual_machine_get_can_start (machine));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/virtual-machine/supported", test_supported);
  g_test_add_func ("/virtual-machine/error-domain", test_error_domain);
  g_test_add_func ("/virtual-machine/controller-without-machine", test_controller_without_machine);
  g_test_add_func ("/virtual-machine/queue", test_queue);
  g_test_add_func ("/virtual-machine/mac-display", test_mac_display);
  g_test_add_func ("/virtual-machine/installer", test_installer);
  return g_test_run ();
}
