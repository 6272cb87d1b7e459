/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/screen/vz-graphics-private.h"

#include "configuration/graphics/vz-mac-graphics-display-configuration.h"
#include "foundation/config/vz-problems.h"
#include "foundation/vz-fail.h"
#include "machine/screen/vz-mac-graphics-display.h"
#include "machine/screen/vz-virtio-graphics-scanout.h"
#include "machine/vz-virtual-machine-private.h"
#include "qemu/vz-rfb.h"

#include <glib-unix.h>

/* How this works
 *
 * QEMU accepts a new size only from a VNC client, and tells the client when the guest has changed
 * its size. So a change opens a connection to the machine's own VNC server, which stays open until
 * the guest has followed or has had time to. */

#define END_TIMEOUT_MS (10 * 1000)

/**
 * VzGraphicsDisplay:
 *
 * A display of a machine, whose size can be changed while the machine runs. Apple:
 * `VZGraphicsDisplay`; an observer's methods are signals.
 *
 * QEMU: `SetDesktopSize` of the machine's VNC server; the guest gets a new EDID.
 *
 * Since: 0.1
 */
typedef struct {
  GWeakRef machine;
  GMutex lock;
  VzGraphicsDisplayConfiguration *configuration; /* the last one */
  /* Used on the main context only. */
  VzRfb rfb; /* of the change in progress */
  GSource *source, *timer;
} VzGraphicsDisplayPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (VzGraphicsDisplay, vz_graphics_display, G_TYPE_OBJECT)

enum { SIGNAL_DID_BEGIN, SIGNAL_DID_END, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
stop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
finalize (GObject *object)
{
  VzGraphicsDisplayPrivate *priv =
    vz_graphics_display_get_instance_private (VZ_GRAPHICS_DISPLAY (object));

  stop_source (&priv->source);
  stop_source (&priv->timer);
  vz_rfb_close (&priv->rfb);
  g_weak_ref_clear (&priv->machine);
  g_clear_object (&priv->configuration);
  g_mutex_clear (&priv->lock);
  G_OBJECT_CLASS (vz_graphics_display_parent_class)->finalize (object);
}

static void
vz_graphics_display_class_init (VzGraphicsDisplayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  /**
   * VzGraphicsDisplay::did-begin-reconfiguration:
   * @self: the display
   *
   * The guest was told of a new size; emitted on the machine's main context. Apple:
   * `displayDidBeginReconfiguration`.
   */
  signals[SIGNAL_DID_BEGIN] = g_signal_new ("did-begin-reconfiguration", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * VzGraphicsDisplay::did-end-reconfiguration:
   * @self: the display
   *
   * The guest shows the new size, or has failed to within ten seconds; emitted on the machine's
   * main context. Apple: `displayDidEndReconfiguration`.
   */
  signals[SIGNAL_DID_END] = g_signal_new ("did-end-reconfiguration", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vz_graphics_display_init (VzGraphicsDisplay *self)
{
  VzGraphicsDisplayPrivate *priv = vz_graphics_display_get_instance_private (self);

  g_weak_ref_init (&priv->machine, NULL);
  g_mutex_init (&priv->lock);
  priv->rfb = VZ_RFB_CLOSED;
}

VzGraphicsDisplay *
vz_graphics_display_new (VzVirtualMachine *machine, VzGraphicsDisplayConfiguration *configuration)
{
  GType type = VZ_IS_MAC_GRAPHICS_DISPLAY_CONFIGURATION (configuration)
                 ? VZ_TYPE_MAC_GRAPHICS_DISPLAY
                 : VZ_TYPE_VIRTIO_GRAPHICS_SCANOUT;
  VzGraphicsDisplay *self = g_object_new (type, NULL);
  VzGraphicsDisplayPrivate *priv = vz_graphics_display_get_instance_private (self);

  g_weak_ref_set (&priv->machine, machine);
  priv->configuration =
    VZ_GRAPHICS_DISPLAY_CONFIGURATION (vz_config_copy (VZ_CONFIG (configuration)));
  return self;
}

VzGraphicsDisplayConfiguration *
vz_graphics_display_dup_configuration (VzGraphicsDisplay *self)
{
  VzGraphicsDisplayPrivate *priv = vz_graphics_display_get_instance_private (self);
  VzGraphicsDisplayConfiguration *configuration;

  g_mutex_lock (&priv->lock);
  configuration = g_object_ref (priv->configuration);
  g_mutex_unlock (&priv->lock);
  return configuration;
}

static gboolean
connect_to (VzGraphicsDisplay *self, VzRfb *rfb, VzVirtualMachine **ret_machine,
            GCancellable *cancellable, GError **error)
{
  VzGraphicsDisplayPrivate *priv = vz_graphics_display_get_instance_private (self);
  g_autofree char *path = NULL;

  *ret_machine = g_weak_ref_get (&priv->machine);
  if (*ret_machine == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE, "the machine is gone");
  if (vz_virtual_machine_get_running_engine (*ret_machine, error) == NULL)
    return FALSE;
  path = vz_virtual_machine_dup_display_socket_path (*ret_machine);
  return vz_rfb_open (rfb, path, cancellable, error);
}

/**
 * vz_graphics_display_query_size_in_pixels:
 * @self: a display of a machine that is running or paused
 * @ret_width: (out): its width
 * @ret_height: (out): its height
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Queries the size that the guest shows now, which is the guest's choice. Apple: `sizeInPixels`.
 *
 * Returns: whether the answer is known; otherwise @error is code 3 (state), or %VZ_ERROR_INTERNAL
 *   or %VZ_ERROR_TIMED_OUT when QEMU does not answer
 */
gboolean
vz_graphics_display_query_size_in_pixels (VzGraphicsDisplay *self, guint *ret_width,
                                          guint *ret_height, GCancellable *cancellable,
                                          GError **error)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_auto (VzRfb) rfb = VZ_RFB_CLOSED;

  g_return_val_if_fail (VZ_IS_GRAPHICS_DISPLAY (self), FALSE);
  g_return_val_if_fail (ret_width != NULL && ret_height != NULL, FALSE);
  if (!connect_to (self, &rfb, &machine, cancellable, error))
    return FALSE;
  *ret_width = rfb.width;
  *ret_height = rfb.height;
  return TRUE;
}

static void
end (VzGraphicsDisplay *self)
{
  VzGraphicsDisplayPrivate *priv = vz_graphics_display_get_instance_private (self);

  stop_source (&priv->source);
  stop_source (&priv->timer);
  vz_rfb_close (&priv->rfb);
  g_signal_emit (self, signals[SIGNAL_DID_END], 0);
}

static gboolean
on_time_out (gpointer data)
{
  end (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  VzGraphicsDisplay *self = data;
  VzGraphicsDisplayPrivate *priv = vz_graphics_display_get_instance_private (self);
  guint width = priv->rfb.width, height = priv->rfb.height;

  if (vz_rfb_read (&priv->rfb, NULL, NULL) && priv->rfb.width == width &&
      priv->rfb.height == height)
    return G_SOURCE_CONTINUE;
  end (self);
  return G_SOURCE_REMOVE;
}

typedef struct {
  VzGraphicsDisplay *display;
  VzRfb rfb;
  gboolean is_so; /* the guest already shows it */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  vz_rfb_close (&change->rfb);
  g_object_unref (change->display);
  g_free (change);
}

/* A new one ends the previous one. */
static void
follow (GObject *owner, gpointer data)
{
  Change *change = data;
  VzGraphicsDisplay *self = change->display;
  VzGraphicsDisplayPrivate *priv = vz_graphics_display_get_instance_private (self);
  GMainContext *context = vz_machine_core_get_context (VZ_VIRTUAL_MACHINE (owner)->core);

  if (priv->source != NULL)
    end (self);
  g_signal_emit (self, signals[SIGNAL_DID_BEGIN], 0);
  if (change->is_so)
    {
      end (self);
      return;
    }
  priv->rfb = change->rfb;
  change->rfb = VZ_RFB_CLOSED;
  priv->source = g_unix_fd_source_new (priv->rfb.fd, G_IO_IN);
  g_source_set_callback (priv->source, G_SOURCE_FUNC (on_readable), g_object_ref (self),
                         g_object_unref);
  g_source_attach (priv->source, context);
  priv->timer = g_timeout_source_new (END_TIMEOUT_MS);
  g_source_set_callback (priv->timer, on_time_out, g_object_ref (self), g_object_unref);
  g_source_attach (priv->timer, context);
}

/**
 * vz_graphics_display_reconfigure_with_size:
 * @self: a display of a running machine
 * @width_in_pixels: the width, 320 to 7680
 * @height_in_pixels: the height, 200 to 4320
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Tells the guest of a new size, as if another screen had been connected; whether the guest follows
 * is up to it. Apple: `reconfigure(sizeInPixels:)`.
 *
 * Returns: whether the guest was told; otherwise @error is code 3 (state), code 2 (size),
 *   %VZ_ERROR_NOT_SUPPORTED when the guest's display has one size only, or %VZ_ERROR_INTERNAL or
 *   %VZ_ERROR_TIMED_OUT when QEMU does not answer
 */
gboolean
vz_graphics_display_reconfigure_with_size (VzGraphicsDisplay *self, guint width_in_pixels,
                                           guint height_in_pixels, GCancellable *cancellable,
                                           GError **error)
{
  g_autoptr (VzGraphicsDisplayConfiguration) last = NULL;
  g_autoptr (VzConfig) configuration = NULL;

  g_return_val_if_fail (VZ_IS_GRAPHICS_DISPLAY (self), FALSE);
  last = vz_graphics_display_dup_configuration (self);
  configuration = vz_config_copy (VZ_CONFIG (last));
  g_object_set (configuration, "width-in-pixels", width_in_pixels, "height-in-pixels",
                height_in_pixels, NULL);
  return vz_graphics_display_reconfigure (self, VZ_GRAPHICS_DISPLAY_CONFIGURATION (configuration),
                                          cancellable, error);
}

/**
 * vz_graphics_display_reconfigure:
 * @self: a display of a running machine
 * @configuration: a configuration of the class that the display was configured with, which is
 *   copied
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Calls vz_graphics_display_reconfigure_with_size() with the size in a configuration. The guest is
 * not told of the pixels per inch of a Mac's display. Apple: `reconfigure(configuration:)`.
 *
 * Returns: as vz_graphics_display_reconfigure_with_size(); %VZ_ERROR_INVALID_ARGUMENT for a
 *   configuration of another class
 */
gboolean
vz_graphics_display_reconfigure (VzGraphicsDisplay *self,
                                 VzGraphicsDisplayConfiguration *configuration,
                                 GCancellable *cancellable, GError **error)
{
  VzGraphicsDisplayPrivate *priv = vz_graphics_display_get_instance_private (self);
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_auto (VzRfb) rfb = VZ_RFB_CLOSED;
  guint width, height;
  Change *change;

  g_return_val_if_fail (VZ_IS_GRAPHICS_DISPLAY (self), FALSE);
  g_return_val_if_fail (VZ_IS_GRAPHICS_DISPLAY_CONFIGURATION (configuration), FALSE);
  if (G_OBJECT_TYPE (configuration) != G_OBJECT_TYPE (priv->configuration))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "configuration: '%s' found, must be a '%s', as the display is",
                    vz_problems_kind_of (configuration), vz_problems_kind_of (priv->configuration));
  g_object_get (configuration, "width-in-pixels", &width, "height-in-pixels", &height, NULL);
  if (!vz_config_validate (VZ_CONFIG (configuration), error) ||
      !connect_to (self, &rfb, &machine, cancellable, error) ||
      !vz_rfb_ask_for_size (&rfb, width, height, cancellable, error))
    return FALSE;
  g_mutex_lock (&priv->lock);
  g_clear_object (&priv->configuration);
  priv->configuration =
    VZ_GRAPHICS_DISPLAY_CONFIGURATION (vz_config_copy (VZ_CONFIG (configuration)));
  g_mutex_unlock (&priv->lock);
  change = g_new0 (Change, 1);
  *change = (Change){ g_object_ref (self), rfb, rfb.width == width && rfb.height == height };
  rfb = VZ_RFB_CLOSED;
  vz_machine_core_invoke (machine->core, follow, change, change_free);
  return TRUE;
}
