/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/window/machine-window.h"

/* How this works
 *
 * All keys go to the guest except two: F11, unless the guest is to get the desktop's keys as well,
 * and Ctrl-Alt-Home, which toggles that. In full screen, without the header, they are the only
 * controls. */

struct _MachineWindow {
  GtkWindow *window;
  VzVirtualMachineView *view;
  GtkHeaderBar *header;
  VzVirtualMachine *machine;
  gboolean is_full_screen;
  guint16 held; /* code of a key that was acted on and is still held down; 0: none */
  void (*close) (gpointer data);
  gpointer data;
};

static void
show_state (MachineWindow *self)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (VZ_TYPE_VIRTUAL_MACHINE_STATE);
  VzVirtualMachineState state = vz_virtual_machine_get_state (self->machine);

  gtk_header_bar_set_subtitle (self->header,
                               state == VZ_VIRTUAL_MACHINE_STATE_RUNNING
                                 ? NULL
                                 : g_enum_get_value (states, (gint) state)->value_nick);
}

static void
on_state (VzVirtualMachine *machine, GParamSpec *pspec, MachineWindow *self)
{
  show_state (self);
}

static gboolean
on_delete (GtkWidget *widget, GdkEvent *event, MachineWindow *self)
{
  self->close (self->data);
  return GDK_EVENT_STOP;
}

static void
toggle_full_screen (MachineWindow *self)
{
  if (self->is_full_screen)
    gtk_window_unfullscreen (self->window);
  else
    gtk_window_fullscreen (self->window);
}

static gboolean
on_window_state (GtkWidget *widget, GdkEventWindowState *event, MachineWindow *self)
{
  self->is_full_screen = (event->new_window_state & GDK_WINDOW_STATE_FULLSCREEN) != 0;
  return GDK_EVENT_PROPAGATE;
}

static void
toggle_system_keys (MachineWindow *self)
{
  vz_virtual_machine_view_set_captures_system_keys (
    self->view, !vz_virtual_machine_view_get_captures_system_keys (self->view));
}

typedef void (*Action) (MachineWindow *self);

/* The action of a key here, or NULL: it is the guest's. */
static Action
find_action (MachineWindow *self, const GdkEventKey *event)
{
  GdkModifierType modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  if (event->keyval == GDK_KEY_F11 && modifiers == 0 &&
      !vz_virtual_machine_view_get_captures_system_keys (self->view))
    return toggle_full_screen;
  if (event->keyval == GDK_KEY_Home && modifiers == (GDK_CONTROL_MASK | GDK_MOD1_MASK))
    return toggle_system_keys;
  return NULL;
}

/* A key that is held down repeats, and may be released after its modifiers or before them. */
static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, MachineWindow *self)
{
  gboolean is_held = self->held != 0 && self->held == event->hardware_keycode;
  Action action = NULL;

  if (is_held && event->type == GDK_KEY_RELEASE)
    self->held = 0;
  if (is_held)
    return GDK_EVENT_STOP;
  if (event->type == GDK_KEY_PRESS)
    action = find_action (self, event);
  if (action == NULL)
    return gtk_window_propagate_key_event (GTK_WINDOW (widget), event);
  self->held = event->hardware_keycode;
  action (self);
  return GDK_EVENT_STOP;
}

/* Buttons that do not take the focus from the screen. */
static GtkWidget *
set_up_button (GtkWidget *button, const char *icon, const char *name)
{
  gtk_button_set_image (GTK_BUTTON (button),
                        gtk_image_new_from_icon_name (icon, GTK_ICON_SIZE_BUTTON));
  gtk_widget_set_tooltip_text (button, name);
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  gtk_widget_set_focus_on_click (button, FALSE);
  return button;
}

static GtkWidget *
new_keys_button (MachineWindow *self)
{
  GtkWidget *button =
    set_up_button (gtk_toggle_button_new (), "input-keyboard-symbolic",
                   "Send the desktop's keys to the guest, or stop sending them (Ctrl-Alt-Home)");

  g_object_bind_property (self->view, "captures-system-keys", button, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  return button;
}

static GtkWidget *
new_screen_button (MachineWindow *self)
{
  GtkWidget *button =
    set_up_button (gtk_button_new (), "view-fullscreen-symbolic", "Full screen (F11)");

  g_signal_connect_swapped (button, "clicked", G_CALLBACK (toggle_full_screen), self);
  return button;
}

static void
add_header (MachineWindow *self, const char *title)
{
  self->header = GTK_HEADER_BAR (gtk_header_bar_new ());
  gtk_header_bar_set_title (self->header, title);
  gtk_header_bar_set_show_close_button (self->header, TRUE);
  gtk_header_bar_pack_end (self->header, new_screen_button (self));
  gtk_header_bar_pack_end (self->header, new_keys_button (self));
  gtk_window_set_title (self->window, title);
  gtk_window_set_titlebar (self->window, GTK_WIDGET (self->header));
}

MachineWindow *
machine_window_new (const char *title, void (*close) (gpointer data), gpointer data)
{
  MachineWindow *self = g_new0 (MachineWindow, 1);
  GtkWidget *view = vz_virtual_machine_view_new ();

  self->close = close;
  self->data = data;
  self->window = GTK_WINDOW (gtk_window_new (GTK_WINDOW_TOPLEVEL));
  self->view = VZ_VIRTUAL_MACHINE_VIEW (view);
  vz_virtual_machine_view_set_automatically_reconfigures_display (self->view, TRUE);
  add_header (self, title);
  gtk_container_add (GTK_CONTAINER (self->window), view);
  g_signal_connect (self->window, "delete-event", G_CALLBACK (on_delete), self);
  g_signal_connect (self->window, "window-state-event", G_CALLBACK (on_window_state), self);
  g_signal_connect (self->window, "key-press-event", G_CALLBACK (on_key), self);
  g_signal_connect (self->window, "key-release-event", G_CALLBACK (on_key), self);
  return self;
}

void
machine_window_free (MachineWindow *self)
{
  if (self->machine != NULL)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  gtk_widget_destroy (GTK_WIDGET (self->window));
  g_clear_object (&self->machine);
  g_free (self);
}

void
machine_window_show_machine (MachineWindow *self, VzVirtualMachine *machine)
{
  if (self->machine != NULL)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  g_set_object (&self->machine, machine);
  g_signal_connect (machine, "notify::state", G_CALLBACK (on_state), self);
  vz_virtual_machine_view_set_virtual_machine (self->view, machine);
  show_state (self);
  gtk_widget_show_all (GTK_WIDGET (self->window));
  gtk_window_set_focus (self->window, NULL); /* the screen takes it when it appears */
}
