/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include "guest-fixture.h"

#include <string.h>

/* VZGraphicsDevice, VZGraphicsDisplay and its observer, VZVirtioGraphicsDevice,
 * VZVirtioGraphicsScanout: the size of a display changes while a machine runs. */

typedef struct {
  guint begun;
  guint ended;
} Told;

static void
on_begun (VzGraphicsDisplay *display, Told *told)
{
  told->begun++;
  g_assert_cmpuint (told->begun, ==, told->ended + 1);
}

static void
on_ended (VzGraphicsDisplay *display, Told *told)
{
  told->ended++;
  g_assert_cmpuint (told->ended, ==, told->begun);
}

static void
add_display (Guest *guest)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) scanouts = g_ptr_array_new_with_free_func (g_object_unref);
  VzVirtioGraphicsDeviceConfiguration *device = vz_virtio_graphics_device_configuration_new ();

  g_ptr_array_add (scanouts, vz_virtio_graphics_scanout_configuration_new (1280, 1024));
  vz_virtio_graphics_device_configuration_set_scanouts (device, scanouts);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_graphics_devices (guest->configuration, devices);
  guest_make_again (guest);
}

static VzGraphicsDisplay *
display_of (Guest *guest)
{
  GPtrArray *devices = vz_virtual_machine_get_graphics_devices (guest->machine);
  GPtrArray *displays;

  g_assert_cmpuint (devices->len, ==, 1);
  g_assert_true (VZ_IS_VIRTIO_GRAPHICS_DEVICE (devices->pdata[0]));
  displays = vz_graphics_device_get_displays (devices->pdata[0]);
  g_assert_cmpuint (displays->len, ==, 1);
  g_assert_true (VZ_IS_VIRTIO_GRAPHICS_SCANOUT (displays->pdata[0]));
  return displays->pdata[0];
}

static void
start (Guest *guest, Told *told)
{
  add_display (guest);
  g_signal_connect (display_of (guest), "did-begin-reconfiguration", G_CALLBACK (on_begun), told);
  g_signal_connect (display_of (guest), "did-end-reconfiguration", G_CALLBACK (on_ended), told);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
}

static void
test_stopped (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (GError) error = NULL;
  guint width, height;

  if (guest == NULL)
    return;
  guest_make_again (guest);
  g_assert_cmpuint (vz_virtual_machine_get_graphics_devices (guest->machine)->len, ==, 0);
  add_display (guest);
  g_assert_false (vz_graphics_display_query_size_in_pixels (display_of (guest), &width, &height,
                                                            NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
  g_clear_error (&error);
  g_assert_false (vz_graphics_display_reconfigure_with_size (display_of (guest), 800, 600, NULL,
                                                             &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
}

/* The screen that the guest's kernel sees. */
static void
assert_preferred_mode (Guest *guest, const char *mode)
{
  g_autofree char *found = NULL;

  guest_command (guest, "modes");
  found = guest_expect (guest, "Virtual-1 ");
  g_assert_cmpstr (found, ==, mode);
}

static void
assert_size (Guest *guest, guint width, guint height)
{
  g_autoptr (GError) error = NULL;
  guint is_wide, is_high;

  vz_graphics_display_query_size_in_pixels (display_of (guest), &is_wide, &is_high, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (is_wide, ==, width);
  g_assert_cmpuint (is_high, ==, height);
}

/* A guest with a driver follows. */
static void
test_guest_follows (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (VzVirtioGraphicsScanoutConfiguration)
    configuration = vz_virtio_graphics_scanout_configuration_new (800, 600);
  Told told = { 0 };
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  start (guest, &told);
  assert_preferred_mode (guest, "1280x1024");
  assert_size (guest, 1280, 1024);
  vz_graphics_display_reconfigure_with_size (display_of (guest), 1024, 768, NULL, &error);
  g_assert_no_error (error);
  guest_iterate_until (&told.ended, 1);
  assert_preferred_mode (guest, "1024x768");
  assert_size (guest, 1024, 768);
  vz_graphics_display_reconfigure (display_of (guest),
                                   VZ_GRAPHICS_DISPLAY_CONFIGURATION (configuration), NULL, &error);
  g_assert_no_error (error);
  guest_iterate_until (&told.ended, 2);
  assert_size (guest, 800, 600);
  g_assert_cmpuint (told.begun, ==, 2);
}

/* One without a driver is told, and stays as it is. */
static void
test_guest_stays (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  Told told = { 0 };
  guint width, height;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  start (guest, &told);
  vz_graphics_display_query_size_in_pixels (display_of (guest), &width, &height, NULL, &error);
  g_assert_no_error (error);
  vz_graphics_display_reconfigure_with_size (display_of (guest), 1024, 768, NULL, &error);
  g_assert_no_error (error);
  guest_iterate_until (&told.begun, 1);
  guest_iterate_until (&told.ended, 1);
  assert_size (guest, width, height);
}

static void
test_guest_refused (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzMacGraphicsDisplayConfiguration)
    mac = vz_mac_graphics_display_configuration_new (800, 600, 80);
  Told told = { 0 };
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  start (guest, &told);
  g_assert_false (vz_graphics_display_reconfigure_with_size (display_of (guest), 10, 600, NULL,
                                                             &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_clear_error (&error);
  g_assert_false (vz_graphics_display_reconfigure (display_of (guest),
                                                   VZ_GRAPHICS_DISPLAY_CONFIGURATION (mac), NULL,
                                                   &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (told.begun, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graphics/stopped", test_stopped);
  g_test_add_func ("/graphics/guest/follows", test_guest_follows);
  g_test_add_func ("/graphics/guest/stays", test_guest_stays);
  g_test_add_func ("/graphics/guest/refused", test_guest_refused);
  return g_test_run ();
}
