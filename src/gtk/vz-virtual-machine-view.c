/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gtk/vz-virtual-machine-view.h"

#include "gtk/vz-machine-watch.h"
#include "gtk/vz-screen.h"
#include "gtk/vz-size-request.h"
#include "gtk/vz-view-display.h"

/* How this works
 *
 * The view has one child: a label, or the screen's widget while there is a connection, which needs
 * a window to draw in. The machine's state decides which, and is checked whenever it or the
 * connection changes; so a machine that is restarted or restored is connected to again. */

#define RETRY_MS 500 /* after QEMU has closed the connection, usually because it ends */

/**
 * VzVirtualMachineView:
 *
 * A widget that shows the screen of a machine and gives the guest a keyboard and a pointer.
 *
 * It shows the machine's first display, scaled to the widget with the guest's proportions, and a
 * label when there is nothing to show: the machine is not running or has no display. It connects
 * when the machine runs and the view is realized, and again after the next start or restore. Text
 * copied on the desktop goes to a guest that shares its clipboard, see #VzSpiceAgentPortAttachment.
 *
 * It has the focus when its screen has it, and passes it to the screen in gtk_widget_grab_focus().
 * A window with accelerators calls gtk_window_propagate_key_event() first, so that keys reach the
 * guest. Call all functions from GTK's thread; the machine may belong to another one.
 *
 * Apple: `VZVirtualMachineView`, a subclass of NSView.
 *
 * QEMU: a client of the machine's VNC server, over its Unix socket.
 *
 * Since: 0.1
 */
struct _VzVirtualMachineView {
  GtkBin parent_instance;
  VzVirtualMachine *machine;
  VzMachineWatch *watch;
  VzScreen *screen; /* or NULL; its widget is the child */
  VzSizeRequest *size; /* while the view reconfigures the machine's display */
  guint retry;
  gboolean captures_system_keys;
  gboolean automatically_reconfigures_display;
};

G_DEFINE_FINAL_TYPE (VzVirtualMachineView, vz_virtual_machine_view, GTK_TYPE_BIN)

enum {
  PROP_0,
  PROP_VIRTUAL_MACHINE,
  PROP_CAPTURES_SYSTEM_KEYS,
  PROP_AUTOMATICALLY_RECONFIGURES_DISPLAY,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

static void update (gpointer data);

static void
set_child (VzVirtualMachineView *self, GtkWidget *child)
{
  GtkWidget *old = gtk_bin_get_child (GTK_BIN (self));

  if (old == child)
    return;
  if (old != NULL)
    gtk_container_remove (GTK_CONTAINER (self), old);
  gtk_container_add (GTK_CONTAINER (self), child);
  gtk_widget_show (child);
}

static void
show_placeholder (VzVirtualMachineView *self)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (self));

  if (!GTK_IS_LABEL (child))
    {
      child = gtk_label_new (NULL);
      gtk_label_set_ellipsize (GTK_LABEL (child), PANGO_ELLIPSIZE_END);
      set_child (self, child);
    }
  gtk_label_set_text (GTK_LABEL (child), vz_view_display_get_placeholder (self->machine));
}

static void
want_size (VzVirtualMachineView *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int width, height;

  if (self->size != NULL && self->screen != NULL &&
      vz_screen_get_size (self->screen, &width, &height))
    vz_size_request_want (self->size, gtk_widget_get_allocated_width (GTK_WIDGET (self)) * scale,
                          gtk_widget_get_allocated_height (GTK_WIDGET (self)) * scale);
}

/* Nothing else in the window has the focus: the previous screen had it. */
static void
take_focus (VzVirtualMachineView *self)
{
  GtkWidget *toplevel = gtk_widget_get_toplevel (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (toplevel) && gtk_window_get_focus (GTK_WINDOW (toplevel)) == NULL)
    gtk_widget_grab_focus (vz_screen_get_widget (self->screen));
}

static void
on_shown (gpointer data)
{
  VzVirtualMachineView *self = data;

  take_focus (self);
  want_size (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static gboolean
on_retry (gpointer data)
{
  VzVirtualMachineView *self = data;

  self->retry = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
disconnect (VzVirtualMachineView *self)
{
  if (self->screen == NULL)
    return;
  show_placeholder (self);
  g_clear_pointer (&self->screen, vz_screen_free);
  if (self->size != NULL)
    vz_size_request_forget (self->size);
}

/* The end of QEMU shows here before the machine's state changes. */
static void
on_ended (gpointer data)
{
  VzVirtualMachineView *self = data;

  disconnect (self);
  if (self->retry == 0)
    self->retry = g_timeout_add (RETRY_MS, on_retry, self);
}

static void
connect_to_machine (VzVirtualMachineView *self)
{
  static const VzScreenEvents events = { on_shown, on_ended };
  g_autofree char *path = vz_virtual_machine_dup_display_socket_path (self->machine);

  if (path == NULL)
    return;
  self->screen = vz_screen_new (&events, self);
  vz_screen_set_captures_keys (self->screen, self->captures_system_keys);
  set_child (self, vz_screen_get_widget (self->screen));
  gtk_widget_realize (vz_screen_get_widget (self->screen));
  vz_screen_connect (self->screen, path);
}

static void
update (gpointer data)
{
  VzVirtualMachineView *self = data;

  if (!gtk_widget_get_realized (GTK_WIDGET (self)) ||
      !vz_view_display_is_on (self->machine, self->screen != NULL))
    disconnect (self);
  else if (self->screen == NULL && self->retry == 0)
    connect_to_machine (self);
  if (self->screen == NULL)
    show_placeholder (self);
}

static GQuark
get_quark (void)
{
  return g_quark_from_static_string ("vz-virtual-machine-view");
}

/* If two views both made a display follow their size, it would never settle. */
static void
follow_size (VzVirtualMachineView *self)
{
  VzGraphicsDisplay *display = vz_view_display_of (self->machine);
  VzVirtualMachineView *other;

  if (display == NULL || !self->automatically_reconfigures_display || self->size != NULL)
    return;
  other = g_object_get_qdata (G_OBJECT (display), get_quark ());
  if (other != NULL)
    vz_virtual_machine_view_set_automatically_reconfigures_display (other, FALSE);
  g_object_set_qdata (G_OBJECT (display), get_quark (), self);
  self->size = vz_size_request_new (display);
  want_size (self);
}

static void
leave_size (VzVirtualMachineView *self)
{
  if (self->size == NULL)
    return;
  g_object_set_qdata (G_OBJECT (vz_view_display_of (self->machine)), get_quark (), NULL);
  g_clear_pointer (&self->size, vz_size_request_free);
}

/**
 * vz_virtual_machine_view_get_virtual_machine:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): the machine that is shown, or %NULL
 */
VzVirtualMachine *
vz_virtual_machine_view_get_virtual_machine (VzVirtualMachineView *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_VIEW (self), NULL);
  return self->machine;
}

/**
 * vz_virtual_machine_view_set_virtual_machine:
 * @self: a view
 * @virtual_machine: (nullable): a machine in any state, to which a reference is kept; %NULL: none
 *
 * Sets the machine to show.
 */
void
vz_virtual_machine_view_set_virtual_machine (VzVirtualMachineView *self,
                                             VzVirtualMachine *virtual_machine)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE_VIEW (self));
  g_return_if_fail (virtual_machine == NULL || VZ_IS_VIRTUAL_MACHINE (virtual_machine));
  if (self->machine == virtual_machine)
    return;
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_pointer (&self->watch, vz_machine_watch_end);
  leave_size (self);
  disconnect (self);
  g_set_object (&self->machine, virtual_machine);
  if (virtual_machine != NULL)
    self->watch = vz_machine_watch_new (virtual_machine, update, self);
  follow_size (self);
  update (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIRTUAL_MACHINE]);
}

/**
 * vz_virtual_machine_view_get_captures_system_keys:
 * @self: a view
 *
 * Returns: whether the guest also gets the desktop's own keys
 */
gboolean
vz_virtual_machine_view_get_captures_system_keys (VzVirtualMachineView *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_VIEW (self), FALSE);
  return self->captures_system_keys;
}

/**
 * vz_virtual_machine_view_set_captures_system_keys:
 * @self: a view
 * @captures_system_keys: whether the guest also gets the desktop's own keys
 *
 * Sets #VzVirtualMachineView:captures-system-keys.
 */
void
vz_virtual_machine_view_set_captures_system_keys (VzVirtualMachineView *self,
                                                  gboolean captures_system_keys)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE_VIEW (self));
  if (self->captures_system_keys == !!captures_system_keys)
    return;
  self->captures_system_keys = !!captures_system_keys;
  if (self->screen != NULL)
    vz_screen_set_captures_keys (self->screen, self->captures_system_keys);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAPTURES_SYSTEM_KEYS]);
}

/**
 * vz_virtual_machine_view_get_automatically_reconfigures_display:
 * @self: a view
 *
 * Returns: whether the guest is asked for a display of the view's size
 */
gboolean
vz_virtual_machine_view_get_automatically_reconfigures_display (VzVirtualMachineView *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_VIEW (self), FALSE);
  return self->automatically_reconfigures_display;
}

/**
 * vz_virtual_machine_view_set_automatically_reconfigures_display:
 * @self: a view
 * @automatically_reconfigures_display: whether the guest is asked for a display of the view's size
 *
 * Sets #VzVirtualMachineView:automatically-reconfigures-display.
 */
void
vz_virtual_machine_view_set_automatically_reconfigures_display (
  VzVirtualMachineView *self, gboolean automatically_reconfigures_display)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE_VIEW (self));
  if (self->automatically_reconfigures_display == !!automatically_reconfigures_display)
    return;
  self->automatically_reconfigures_display = !!automatically_reconfigures_display;
  if (automatically_reconfigures_display)
    follow_size (self);
  else
    leave_size (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AUTOMATICALLY_RECONFIGURES_DISPLAY]);
}

static void
vz_virtual_machine_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzVirtualMachineView *self = VZ_VIRTUAL_MACHINE_VIEW (object);

  if (id == PROP_VIRTUAL_MACHINE)
    g_value_set_object (value, self->machine);
  else if (id == PROP_CAPTURES_SYSTEM_KEYS)
    g_value_set_boolean (value, self->captures_system_keys);
  else if (id == PROP_AUTOMATICALLY_RECONFIGURES_DISPLAY)
    g_value_set_boolean (value, self->automatically_reconfigures_display);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vz_virtual_machine_view_set_property (GObject *object, guint id, const GValue *value,
                                      GParamSpec *pspec)
{
  VzVirtualMachineView *self = VZ_VIRTUAL_MACHINE_VIEW (object);

  if (id == PROP_VIRTUAL_MACHINE)
    vz_virtual_machine_view_set_virtual_machine (self, g_value_get_object (value));
  else if (id == PROP_CAPTURES_SYSTEM_KEYS)
    vz_virtual_machine_view_set_captures_system_keys (self, g_value_get_boolean (value));
  else if (id == PROP_AUTOMATICALLY_RECONFIGURES_DISPLAY)
    vz_virtual_machine_view_set_automatically_reconfigures_display (self,
                                                                    g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* The screen's size, or its size once the machine starts; it may be shrunk without limit. */
static void
get_natural_size (VzVirtualMachineView *self, int *ret_width, int *ret_height)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int width = 0, height = 0;

  if (self->screen == NULL || !vz_screen_get_size (self->screen, &width, &height))
    vz_view_display_get_size (self->machine, &width, &height);
  *ret_width = MAX (width / scale, 1);
  *ret_height = MAX (height / scale, 1);
}

static void
vz_virtual_machine_view_get_preferred_width (GtkWidget *widget, int *ret_minimum, int *ret_natural)
{
  int height;

  *ret_minimum = 1;
  get_natural_size (VZ_VIRTUAL_MACHINE_VIEW (widget), ret_natural, &height);
}

static void
vz_virtual_machine_view_get_preferred_height (GtkWidget *widget, int *ret_minimum, int *ret_natural)
{
  int width;

  *ret_minimum = 1;
  get_natural_size (VZ_VIRTUAL_MACHINE_VIEW (widget), &width, ret_natural);
}

static void
vz_virtual_machine_view_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  GTK_WIDGET_CLASS (vz_virtual_machine_view_parent_class)->size_allocate (widget, allocation);
  want_size (VZ_VIRTUAL_MACHINE_VIEW (widget));
}

static void
vz_virtual_machine_view_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vz_virtual_machine_view_parent_class)->realize (widget);
  update (widget);
}

static void
vz_virtual_machine_view_unrealize (GtkWidget *widget)
{
  disconnect (VZ_VIRTUAL_MACHINE_VIEW (widget));
  GTK_WIDGET_CLASS (vz_virtual_machine_view_parent_class)->unrealize (widget);
}

static void
vz_virtual_machine_view_grab_focus (GtkWidget *widget)
{
  VzVirtualMachineView *self = VZ_VIRTUAL_MACHINE_VIEW (widget);

  if (self->screen != NULL)
    gtk_widget_grab_focus (vz_screen_get_widget (self->screen));
}

static void
vz_virtual_machine_view_destroy (GtkWidget *widget)
{
  VzVirtualMachineView *self = VZ_VIRTUAL_MACHINE_VIEW (widget);

  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_pointer (&self->watch, vz_machine_watch_end);
  leave_size (self);
  g_clear_pointer (&self->screen, vz_screen_free);
  g_clear_object (&self->machine);
  GTK_WIDGET_CLASS (vz_virtual_machine_view_parent_class)->destroy (widget);
}

static void
install_properties (GObjectClass *klass)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * VzVirtualMachineView:virtual-machine: (getter get_virtual_machine) (setter set_virtual_machine)
   *
   * The machine that is shown, or %NULL. It may be set at any time. Apple: `virtualMachine`.
   */
  props[PROP_VIRTUAL_MACHINE] =
    g_param_spec_object ("virtual-machine", NULL, NULL, VZ_TYPE_VIRTUAL_MACHINE, flags);
  /**
   * VzVirtualMachineView:captures-system-keys: (getter get_captures_system_keys) (setter set_captures_system_keys)
   *
   * Whether the guest gets the keys that the desktop uses itself, such as Alt-Tab, while the screen
   * has the focus and the pointer is over it. A desktop may refuse this. Apple:
   * `capturesSystemKeys`.
   */
  props[PROP_CAPTURES_SYSTEM_KEYS] =
    g_param_spec_boolean ("captures-system-keys", NULL, NULL, FALSE, flags);
  /**
   * VzVirtualMachineView:automatically-reconfigures-display: (getter get_automatically_reconfigures_display) (setter set_automatically_reconfigures_display)
   *
   * Whether the guest is asked for a display of the view's size, in the desktop's pixels, when that
   * size changes; see vz_graphics_display_reconfigure_with_size(). A guest that cannot change its
   * size keeps it, and is scaled. Only one view of a machine has this: setting it turns it off for
   * the previous one. Apple: `automaticallyReconfiguresDisplay`.
   */
  props[PROP_AUTOMATICALLY_RECONFIGURES_DISPLAY] =
    g_param_spec_boolean ("automatically-reconfigures-display", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
vz_virtual_machine_view_class_init (VzVirtualMachineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = vz_virtual_machine_view_get_property;
  object_class->set_property = vz_virtual_machine_view_set_property;
  widget_class->destroy = vz_virtual_machine_view_destroy;
  widget_class->get_preferred_width = vz_virtual_machine_view_get_preferred_width;
  widget_class->get_preferred_height = vz_virtual_machine_view_get_preferred_height;
  widget_class->grab_focus = vz_virtual_machine_view_grab_focus;
  widget_class->realize = vz_virtual_machine_view_realize;
  widget_class->unrealize = vz_virtual_machine_view_unrealize;
  widget_class->size_allocate = vz_virtual_machine_view_size_allocate;
  install_properties (object_class);
}

static void
vz_virtual_machine_view_init (VzVirtualMachineView *self)
{
  show_placeholder (self);
}

/**
 * vz_virtual_machine_view_new:
 *
 * Makes a view that does not show a machine yet.
 *
 * Returns: (transfer none): the view
 */
GtkWidget *
vz_virtual_machine_view_new (void)
{
  return g_object_new (VZ_TYPE_VIRTUAL_MACHINE_VIEW, NULL);
}
