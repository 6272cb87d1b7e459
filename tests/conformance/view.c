/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vz-gtk.h"

#include "x-server.h"

#include <string.h>

/* VZVirtualMachineView: a machine's screen in a window, with its keys. The X server is real but
 * shows its screen to nobody; what the view shows is read from it. */

typedef struct {
  Guest *guest;
  GtkWidget *window;
  GtkWidget *widget;
  VzVirtualMachineView *view;
  char *picture; /* file */
  int width, height; /* requested of the view */
} Show;

static Show *
show_new (const char *kind)
{
  Guest *guest = guest_new (kind);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) scanouts = g_ptr_array_new_with_free_func (g_object_unref);
  VzVirtioGraphicsDeviceConfiguration *device;
  Show *self;

  if (guest == NULL)
    return NULL;
  self = g_new0 (Show, 1);
  self->guest = guest;
  device = vz_virtio_graphics_device_configuration_new ();
  g_ptr_array_add (scanouts, vz_virtio_graphics_scanout_configuration_new (1000, 720));
  vz_virtio_graphics_device_configuration_set_scanouts (device, scanouts);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_graphics_devices (guest->configuration, devices);
  vz_linux_boot_loader_set_command_line (
    VZ_LINUX_BOOT_LOADER (vz_virtual_machine_configuration_get_boot_loader (guest->configuration)),
    "console=tty0 console=ttyS0 panic=-1 no_timer_check");
  self->picture = g_build_filename (guest->root, "screen.png", NULL);
  self->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  self->widget = vz_virtual_machine_view_new ();
  self->view = VZ_VIRTUAL_MACHINE_VIEW (self->widget);
  gtk_container_add (GTK_CONTAINER (self->window), self->widget);
  self->width = 1000;
  self->height = 720;
  return self;
}

static void
show_free (Show *self)
{
  gtk_widget_destroy (self->window);
  guest_free (self->guest);
  g_free (self->picture);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Show, show_free)

static void
resize (Show *self, int width, int height)
{
  self->width = width;
  self->height = height;
  gtk_window_resize (GTK_WINDOW (self->window), width, height);
}

static GdkPixbuf *
read_window (Show *self)
{
  GdkWindow *window = gtk_widget_get_window (self->window);
  int x, y;

  gtk_widget_translate_coordinates (self->widget, self->window, 0, 0, &x, &y);
  gdk_display_sync (gdk_window_get_display (window));
  return gdk_pixbuf_get_from_window (window, x, y, gtk_widget_get_allocated_width (self->widget),
                                     gtk_widget_get_allocated_height (self->widget));
}

static GdkPixbuf *
read_machine (Show *self)
{
  g_autoptr (GError) error = NULL;
  GdkPixbuf *picture;

  vz_virtual_machine_screenshot (self->guest->machine, self->picture, NULL, &error);
  g_assert_no_error (error);
  picture = gdk_pixbuf_new_from_file (self->picture, &error);
  g_assert_no_error (error);
  return picture;
}

static gboolean
has_its_size (gpointer data)
{
  Show *self = data;

  return gtk_widget_get_allocated_width (self->widget) == self->width &&
         gtk_widget_get_allocated_height (self->widget) == self->height;
}

static const guint8 *
pixel_at (GdkPixbuf *picture, int x, int y)
{
  return gdk_pixbuf_read_pixels (picture) + y * gdk_pixbuf_get_rowstride (picture) +
         x * gdk_pixbuf_get_n_channels (picture);
}

/* Pixel by pixel, and with more than one color. */
static gboolean
is_machine_shown (gpointer data)
{
  Show *self = data;
  g_autoptr (GdkPixbuf) shown = read_window (self);
  g_autoptr (GdkPixbuf) wanted = read_machine (self);
  guint n_other = 0;

  if (gdk_pixbuf_get_width (shown) != self->width ||
      gdk_pixbuf_get_height (shown) != self->height ||
      gdk_pixbuf_get_width (shown) != gdk_pixbuf_get_width (wanted) ||
      gdk_pixbuf_get_height (shown) != gdk_pixbuf_get_height (wanted))
    return FALSE;
  for (int y = 0; y < gdk_pixbuf_get_height (wanted); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (wanted); x++)
      {
        if (memcmp (pixel_at (shown, x, y), pixel_at (wanted, x, y), 3) != 0)
          return FALSE;
        n_other += memcmp (pixel_at (wanted, x, y),
                           pixel_at (wanted, gdk_pixbuf_get_width (wanted) - 1, 0), 3) != 0;
      }
  return n_other > 100;
}

static void
show_start (Show *self)
{
  guest_make_again (self->guest);
  vz_virtual_machine_view_set_virtual_machine (self->view, self->guest->machine);
  gtk_widget_show_all (self->window);
  guest_start (self->guest);
  wait_until_said (self->guest, "READY\r"); /* GTK keeps running meanwhile */
  wait_until (is_machine_shown, self, "the machine's screen in the view");
}

static const char *
placeholder_of (Show *self)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (self->widget));

  return GTK_IS_LABEL (child) ? gtk_label_get_text (GTK_LABEL (child)) : NULL;
}

static gboolean
says_it_does_not_run (gpointer data)
{
  return g_strcmp0 (placeholder_of (data), "The machine is not running") == 0;
}

static void
on_notify (GObject *object, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static void
test_properties (void)
{
  GtkWidget *widget = vz_virtual_machine_view_new ();
  VzVirtualMachineView *view = VZ_VIRTUAL_MACHINE_VIEW (widget);
  guint n_keys = 0;

  g_object_ref_sink (widget);
  g_assert_null (vz_virtual_machine_view_get_virtual_machine (view));
  g_assert_false (vz_virtual_machine_view_get_captures_system_keys (view));
  g_assert_false (vz_virtual_machine_view_get_automatically_reconfigures_display (view));
  g_signal_connect (view, "notify::captures-system-keys", G_CALLBACK (on_notify), &n_keys);
  g_object_set (view, "captures-system-keys", TRUE, "automatically-reconfigures-display", TRUE,
                NULL);
  g_object_set (view, "captures-system-keys", TRUE, NULL);
  g_assert_cmpuint (n_keys, ==, 1);
  g_assert_true (vz_virtual_machine_view_get_captures_system_keys (view));
  g_assert_true (vz_virtual_machine_view_get_automatically_reconfigures_display (view));
  g_object_set (view, "virtual-machine", NULL, NULL);
  gtk_widget_destroy (widget);
  g_object_unref (widget);
}

/* A machine that does not run has the size that it will have. */
static void
test_before_the_start (void)
{
  g_autoptr (Show) show = show_new ("x86_64");
  g_autoptr (VzVirtualMachine) set = NULL;
  int width, height;

  if (show == NULL)
    return;
  g_assert_cmpstr (placeholder_of (show), ==, "");
  guest_make_again (show->guest);
  vz_virtual_machine_view_set_virtual_machine (show->view, show->guest->machine);
  g_assert_true (says_it_does_not_run (show));
  g_object_get (show->view, "virtual-machine", &set, NULL);
  g_assert_true (set == show->guest->machine);
  gtk_widget_show (show->widget);
  gtk_widget_get_preferred_width (show->widget, NULL, &width);
  gtk_widget_get_preferred_height (show->widget, NULL, &height);
  g_assert_cmpint (width, ==, 1000);
  g_assert_cmpint (height, ==, 720);
  vz_virtual_machine_configuration_set_graphics_devices (show->guest->configuration, NULL);
  guest_make_again (show->guest);
  vz_virtual_machine_view_set_virtual_machine (show->view, show->guest->machine);
  g_assert_cmpstr (placeholder_of (show), ==, "The machine has no display");
}

static void
assert_preferred_mode (Show *self, const char *mode)
{
  g_autofree char *found = NULL;

  guest_command (self->guest, "modes");
  found = guest_expect (self->guest, "Virtual-1 ");
  g_assert_cmpstr (found, ==, mode);
}

/* Its screen is shown, and follows the view's size only when told to. Smaller sizes, since a Linux
 * text console cannot grow. */
static void
test_screen (void)
{
  g_autoptr (Show) show = show_new ("x86_64-sharing");
  VzVirtualMachineView *other;

  if (show == NULL)
    return;
  show_start (show);
  resize (show, 800, 600);
  wait_until (has_its_size, show, "the view's size");
  vz_virtual_machine_view_set_virtual_machine (show->view, NULL);
  g_assert_cmpstr (placeholder_of (show), ==, "");
  vz_virtual_machine_view_set_virtual_machine (show->view, show->guest->machine);
  assert_preferred_mode (show, "1000x720");
  vz_virtual_machine_view_set_automatically_reconfigures_display (show->view, TRUE);
  wait_until (is_machine_shown, show, "the guest's screen in the view's size");
  assert_preferred_mode (show, "800x600");
  resize (show, 700, 560);
  wait_until (is_machine_shown, show, "the guest's screen in the view's next size");
  assert_preferred_mode (show, "700x560");

  other = VZ_VIRTUAL_MACHINE_VIEW (g_object_ref_sink (vz_virtual_machine_view_new ()));
  vz_virtual_machine_view_set_virtual_machine (other, show->guest->machine);
  vz_virtual_machine_view_set_automatically_reconfigures_display (other, TRUE);
  g_assert_false (vz_virtual_machine_view_get_automatically_reconfigures_display (show->view));
  vz_virtual_machine_view_set_automatically_reconfigures_display (show->view, TRUE);
  g_assert_false (vz_virtual_machine_view_get_automatically_reconfigures_display (other));
  gtk_widget_destroy (GTK_WIDGET (other));
  g_object_unref (other);
}

/* The test of the command's window shows that the desktop cannot use its keys meanwhile. */
static gboolean
is_taken (gpointer data)
{
  GdkDisplay *display = gdk_display_get_default ();
  GdkDevice *keyboard = gdk_seat_get_keyboard (gdk_display_get_default_seat (display));

  return gdk_display_device_is_grabbed (display, keyboard);
}

static gboolean
is_free (gpointer data)
{
  return !is_taken (data);
}

static gboolean
has_focus (gpointer data)
{
  Show *self = data;

  return gtk_widget_has_focus (gtk_bin_get_child (GTK_BIN (self->widget)));
}

static void
give_focus (Show *self)
{
  gdk_window_focus (gtk_widget_get_window (self->window), GDK_CURRENT_TIME);
  x_server_do ("mousemove 200 200");
  wait_until (has_focus, self, "the screen has the focus");
}

static void
test_input (void)
{
  g_autoptr (Show) show = show_new ("x86_64");

  if (show == NULL)
    return;
  guest_share_clipboard (show->guest);
  resize (show, 720, 400); /* of text mode */
  show_start (show);
  give_focus (show);
  x_server_do ("key a");
  wait_until_said (show->guest, "key 30\r");
  x_server_do ("key F4");
  wait_until_said (show->guest, "key 62\r");

  g_assert_true (is_free (NULL));
  vz_virtual_machine_view_set_captures_system_keys (show->view, TRUE);
  wait_until (is_taken, NULL, "the keyboard is the view's");
  x_server_do ("key b");
  wait_until_said (show->guest, "key 48\r");
  x_server_do ("mousemove 1270 890");
  wait_until (is_free, NULL, "the keyboard is free where the pointer is elsewhere");
  x_server_do ("mousemove 200 200");
  wait_until (is_taken, NULL, "the keyboard is the view's again");
  vz_virtual_machine_view_set_captures_system_keys (show->view, FALSE);
  wait_until (is_free, NULL, "the keyboard is nobody's again");

  gtk_clipboard_set_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD), "Grüße", -1);
  wait_until_said (show->guest, "clipboard 7 Grüße\r");
}

/* Reconnects after another start, and after a restore. */
static void
test_life (void)
{
  g_autoptr (Show) show = show_new ("x86_64");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (show == NULL)
    return;
  path = guest_dup_save_path (show->guest);
  resize (show, 720, 400); /* of text mode */
  show_start (show);
  vz_virtual_machine_stop (show->guest->machine, NULL, &error);
  g_assert_no_error (error);
  wait_until (says_it_does_not_run, show, "the end");
  guest_start (show->guest);
  wait_until_said (show->guest, "READY\r");
  wait_until (is_machine_shown, show, "the screen after another start");
  guest_pause_and_save (show->guest, path);
  wait_until (says_it_does_not_run, show, "the end of what was saved");
  vz_virtual_machine_restore_machine_state_from_file (show->guest->machine, path, NULL, NULL,
                                                      &error);
  g_assert_no_error (error);
  wait_until (is_machine_shown, show, "the screen of what was restored, and is paused");
  vz_virtual_machine_resume (show->guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_connect (show->guest);
  give_focus (show);
  x_server_do ("key c");
  wait_until_said (show->guest, "key 46\r");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  x_server_start ();
  g_test_add_func ("/view/properties", test_properties);
  g_test_add_func ("/view/guest/before-the-start", test_before_the_start);
  g_test_add_func ("/view/guest/screen", test_screen);
  g_test_add_func ("/view/guest/input", test_input);
  g_test_add_func ("/view/guest/life", test_life);
  return g_test_run ();
}
