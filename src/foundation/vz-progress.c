/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-progress-private.h"

#include "vz-enum-types.h"

/* How this works
 *
 * A progress is a node in a tree. A leaf counts units (usually bytes). An inner node has its own
 * total, and each child stands for a share of it: at fraction f, the child adds its share times f
 * to what the parent itself has counted. Any thread may update any node.
 *
 * One lock serves all trees: updates are rare (a few hundred per second) and short, and a lock for
 * each node would have to be taken along the path to the root.
 *
 * notify::fraction-completed is emitted on the main context that was the thread's default when the
 * node was created, at most five times per second and once at the end, from a source that exists
 * only while a notification is due.
 *
 * The rate covers the last few seconds: an exponential average over samples taken a fifth of a
 * second apart, so that a stall shows within seconds. */

#define NOTIFY_INTERVAL (G_USEC_PER_SEC / 5)
#define RATE_WEIGHT 0.2 /* of the newest sample */

enum { PROP_TOTAL = 1, PROP_COMPLETED, PROP_FRACTION_COMPLETED, PROP_RATE, PROP_PHASE, N_PROPS };
static GParamSpec *props[N_PROPS];
GMutex vz_progress_lock;

G_DEFINE_FINAL_TYPE (VzProgress, vz_progress, G_TYPE_OBJECT)

double
vz_progress_fraction_locked (VzProgress *self)
{
  double done = (double) self->completed;

  if (self->finished)
    return 1.0;
  if (self->total == 0)
    return 0.0;
  for (guint i = 0; i < self->children->len; i++)
    {
      VzProgress *child = g_ptr_array_index (self->children, i);

      done += (double) child->share * vz_progress_fraction_locked (child);
    }
  return CLAMP (done / (double) self->total, 0.0, 1.0);
}

guint64
vz_progress_sum_locked (VzProgress *self)
{
  if (self->children->len == 0 && !self->finished)
    return self->completed;
  return (guint64) (vz_progress_fraction_locked (self) * (double) self->total);
}

static gboolean
emit_notify (gpointer data)
{
  VzProgress *self = data;

  g_mutex_lock (&vz_progress_lock);
  g_clear_pointer (&self->notify_source, g_source_unref);
  self->notified_at = g_get_monotonic_time ();
  g_mutex_unlock (&vz_progress_lock);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FRACTION_COMPLETED]);
  return G_SOURCE_REMOVE;
}

static void
schedule_notify_locked (VzProgress *self)
{
  gint64 due = self->notified_at + NOTIFY_INTERVAL;
  gint64 now = g_get_monotonic_time ();

  if (self->notify_source != NULL)
    return;
  self->notify_source = g_timeout_source_new (due > now ? (guint) ((due - now) / 1000) : 0);
  g_source_set_callback (self->notify_source, emit_notify, g_object_ref (self), g_object_unref);
  g_source_attach (self->notify_source, self->context);
}

static void
sample_rate_locked (VzProgress *self)
{
  gint64 now = g_get_monotonic_time ();
  guint64 completed = vz_progress_sum_locked (self);
  double seconds = (double) (now - self->sampled_at) / G_USEC_PER_SEC;
  double sample;

  if (now - self->sampled_at < NOTIFY_INTERVAL)
    return;
  sample = completed > self->sampled + self->skipped
             ? (double) (completed - self->sampled - self->skipped) / seconds
             : 0.0;
  self->rate = self->rate > 0.0 ? (1.0 - RATE_WEIGHT) * self->rate + RATE_WEIGHT * sample : sample;
  self->sampled_at = now;
  self->sampled = completed;
  self->skipped = 0;
}

static void
changed_locked (VzProgress *self)
{
  for (VzProgress *node = self; node != NULL; node = node->parent)
    {
      sample_rate_locked (node);
      schedule_notify_locked (node);
      if (node->parent != NULL)
        node->parent->current = node;
    }
}

static void
vz_progress_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzProgress *self = VZ_PROGRESS (object);

  switch (id)
    {
    case PROP_TOTAL:
      g_value_set_uint64 (value, vz_progress_get_total (self));
      break;
    case PROP_COMPLETED:
      g_value_set_uint64 (value, vz_progress_get_completed (self));
      break;
    case PROP_FRACTION_COMPLETED:
      g_value_set_double (value, vz_progress_get_fraction_completed (self));
      break;
    case PROP_RATE:
      g_value_set_double (value, vz_progress_get_rate (self));
      break;
    case PROP_PHASE:
      g_value_set_enum (value, vz_progress_get_phase (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* A child that is finalized leaves its share as done as it was. */
static void
vz_progress_dispose (GObject *object)
{
  VzProgress *self = VZ_PROGRESS (object);

  g_mutex_lock (&vz_progress_lock);
  if (self->parent != NULL)
    {
      self->parent->completed +=
        (guint64) ((double) self->share * vz_progress_fraction_locked (self));
      if (self->parent->current == self)
        self->parent->current = NULL;
      g_ptr_array_remove (self->parent->children, self);
    }
  g_mutex_unlock (&vz_progress_lock);
  g_clear_object (&self->parent);
  G_OBJECT_CLASS (vz_progress_parent_class)->dispose (object);
}

static void
vz_progress_finalize (GObject *object)
{
  VzProgress *self = VZ_PROGRESS (object);

  g_ptr_array_unref (self->children);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (vz_progress_parent_class)->finalize (object);
}

static void
vz_progress_class_init (VzProgressClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vz_progress_get_property;
  object_class->dispose = vz_progress_dispose;
  object_class->finalize = vz_progress_finalize;

  /**
   * VzProgress:total: (getter get_total)
   *
   * The total number of units; 0 while unknown. The unit is bytes unless the phase implies
   * otherwise.
   */
  props[PROP_TOTAL] = g_param_spec_uint64 ("total", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * VzProgress:completed: (getter get_completed)
   *
   * The units done so far.
   */
  props[PROP_COMPLETED] = g_param_spec_uint64 ("completed", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * VzProgress:fraction-completed: (getter get_fraction_completed)
   *
   * The fraction that is done, from 0 to 1. Notified on the main context of the thread that made
   * the object, at most five times a second. Apple: `NSProgress.fractionCompleted`.
   */
  props[PROP_FRACTION_COMPLETED] =
    g_param_spec_double ("fraction-completed", NULL, NULL, 0.0, 1.0, 0.0, flags);
  /**
   * VzProgress:rate: (getter get_rate)
   *
   * The units per second over the last few seconds.
   */
  props[PROP_RATE] = g_param_spec_double ("rate", NULL, NULL, 0.0, G_MAXDOUBLE, 0.0, flags);
  /**
   * VzProgress:phase: (getter get_phase)
   *
   * What is being done.
   */
  props[PROP_PHASE] =
    g_param_spec_enum ("phase", NULL, NULL, VZ_TYPE_PROGRESS_PHASE, VZ_PROGRESS_PHASE_NONE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vz_progress_init (VzProgress *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->children = g_ptr_array_new ();
  self->sampled_at = g_get_monotonic_time ();
}

/**
 * vz_progress_new:
 * @total: the total number of units, or 0 when not known yet
 *
 * Makes a progress that notifies on the calling thread's default main context.
 *
 * Returns: (transfer full): the progress
 */
VzProgress *
vz_progress_new (guint64 total)
{
  VzProgress *self = g_object_new (VZ_TYPE_PROGRESS, NULL);

  self->total = total;
  return self;
}

/**
 * vz_progress_add_child:
 * @self: the parent
 * @units: how many of the parent's units the child stands for
 * @child_total: the child's own total, or 0 when not known yet
 *
 * Makes a progress for one part of the work. When the child is freed, its share still counts.
 *
 * Returns: (transfer full): the child, which notifies where its parent does
 */
VzProgress *
vz_progress_add_child (VzProgress *self, guint64 units, guint64 child_total)
{
  VzProgress *child;

  g_return_val_if_fail (VZ_IS_PROGRESS (self), NULL);
  child = vz_progress_new (child_total);
  g_main_context_unref (child->context);
  child->context = g_main_context_ref (self->context);
  vz_progress_attach_child (self, child, units);
  return child;
}

/**
 * vz_progress_attach_child:
 * @self: the parent
 * @child: a progress without a parent, such as vz_installer_get_progress()
 * @units: how many of the parent's units the child stands for
 *
 * Makes a progress that was made elsewhere a part of this one; it keeps notifying where it was
 * made. Apple: `NSProgress.addChild(_:withPendingUnitCount:)`.
 */
void
vz_progress_attach_child (VzProgress *self, VzProgress *child, guint64 units)
{
  g_return_if_fail (VZ_IS_PROGRESS (self));
  g_return_if_fail (VZ_IS_PROGRESS (child) && child != self);
  g_return_if_fail (child->parent == NULL);
  g_mutex_lock (&vz_progress_lock);
  child->share = units;
  child->parent = g_object_ref (self);
  g_ptr_array_add (self->children, child);
  g_mutex_unlock (&vz_progress_lock);
}

/**
 * vz_progress_set_total:
 * @self: a progress
 * @total: the total number of units
 *
 * Sets the total once it is known. Any thread may call it.
 */
void
vz_progress_set_total (VzProgress *self, guint64 total)
{
  g_return_if_fail (VZ_IS_PROGRESS (self));
  g_mutex_lock (&vz_progress_lock);
  self->total = total;
  changed_locked (self);
  g_mutex_unlock (&vz_progress_lock);
}

/**
 * vz_progress_set_completed:
 * @self: a progress
 * @completed: the units done so far
 *
 * Sets how much is done. Any thread may call it.
 */
void
vz_progress_set_completed (VzProgress *self, guint64 completed)
{
  g_return_if_fail (VZ_IS_PROGRESS (self));
  g_mutex_lock (&vz_progress_lock);
  self->completed = completed;
  changed_locked (self);
  g_mutex_unlock (&vz_progress_lock);
}

/**
 * vz_progress_add_completed:
 * @self: a progress
 * @units: the units done since the last call
 *
 * Adds to the units done. Any thread may call it.
 */
void
vz_progress_add_completed (VzProgress *self, guint64 units)
{
  g_return_if_fail (VZ_IS_PROGRESS (self));
  g_mutex_lock (&vz_progress_lock);
  self->completed += units;
  changed_locked (self);
  g_mutex_unlock (&vz_progress_lock);
}

/**
 * vz_progress_skip:
 * @self: a progress
 * @units: the units done since the last call
 *
 * Adds units that took no work to those done, such as a hole in a file. They do not count towards
 * the rate. Any thread may call it.
 */
void
vz_progress_skip (VzProgress *self, guint64 units)
{
  g_return_if_fail (VZ_IS_PROGRESS (self));
  g_mutex_lock (&vz_progress_lock);
  self->completed += units;
  self->skipped += units;
  changed_locked (self);
  g_mutex_unlock (&vz_progress_lock);
}

/**
 * vz_progress_set_phase:
 * @self: a progress
 * @phase: what is being done; %VZ_PROGRESS_PHASE_NONE leaves it to the parent
 *
 * Sets what is being done.
 */
void
vz_progress_set_phase (VzProgress *self, VzProgressPhase phase)
{
  g_return_if_fail (VZ_IS_PROGRESS (self));
  g_mutex_lock (&vz_progress_lock);
  self->phase = phase;
  changed_locked (self);
  g_mutex_unlock (&vz_progress_lock);
}

/**
 * vz_progress_finish:
 * @self: a progress
 *
 * Sets the fraction to 1, whatever was counted.
 */
void
vz_progress_finish (VzProgress *self)
{
  g_return_if_fail (VZ_IS_PROGRESS (self));
  g_mutex_lock (&vz_progress_lock);
  self->finished = TRUE;
  changed_locked (self);
  /* The end is notified at once: drawing code may not wait for a later notification. */
  for (VzProgress *node = self; node != NULL; node = node->parent)
    g_source_set_ready_time (node->notify_source, 0);
  g_mutex_unlock (&vz_progress_lock);
}
