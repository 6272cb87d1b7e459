/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-progress-private.h"

#include "vz-enum-types.h"

/**
 * vz_progress_get_total:
 * @self: a progress
 *
 * Returns: the total number of units; 0 while unknown
 */
guint64
vz_progress_get_total (VzProgress *self)
{
  guint64 total;

  g_return_val_if_fail (VZ_IS_PROGRESS (self), 0);
  g_mutex_lock (&vz_progress_lock);
  total = self->total;
  g_mutex_unlock (&vz_progress_lock);
  return total;
}

/**
 * vz_progress_get_completed:
 * @self: a progress
 *
 * Returns: the units done so far, including those of children
 */
guint64
vz_progress_get_completed (VzProgress *self)
{
  guint64 completed;

  g_return_val_if_fail (VZ_IS_PROGRESS (self), 0);
  g_mutex_lock (&vz_progress_lock);
  completed = vz_progress_sum_locked (self);
  g_mutex_unlock (&vz_progress_lock);
  return completed;
}

/**
 * vz_progress_get_fraction_completed:
 * @self: a progress
 *
 * Returns: the fraction that is done, from 0 to 1
 */
double
vz_progress_get_fraction_completed (VzProgress *self)
{
  double fraction;

  g_return_val_if_fail (VZ_IS_PROGRESS (self), 0.0);
  g_mutex_lock (&vz_progress_lock);
  fraction = vz_progress_fraction_locked (self);
  g_mutex_unlock (&vz_progress_lock);
  return fraction;
}

/**
 * vz_progress_get_rate:
 * @self: a progress
 *
 * Returns: the units per second over the last few seconds; 0 when unknown
 */
double
vz_progress_get_rate (VzProgress *self)
{
  double rate;

  g_return_val_if_fail (VZ_IS_PROGRESS (self), 0.0);
  g_mutex_lock (&vz_progress_lock);
  rate = self->rate;
  g_mutex_unlock (&vz_progress_lock);
  return rate;
}

/**
 * vz_progress_get_phase:
 * @self: a progress
 *
 * Returns: what is being done: the phase of the child that changed last, if it has one, otherwise
 *   that of @self
 */
VzProgressPhase
vz_progress_get_phase (VzProgress *self)
{
  VzProgressPhase phase = VZ_PROGRESS_PHASE_NONE;

  g_return_val_if_fail (VZ_IS_PROGRESS (self), VZ_PROGRESS_PHASE_NONE);
  g_mutex_lock (&vz_progress_lock);
  for (VzProgress *node = self; node != NULL; node = node->current)
    if (node->phase != VZ_PROGRESS_PHASE_NONE)
      phase = node->phase;
  g_mutex_unlock (&vz_progress_lock);
  return phase;
}

/**
 * vz_progress_dup_phase:
 * @self: a progress
 *
 * Returns: (transfer full) (nullable): the word for vz_progress_get_phase(), such as `restore`;
 *   %NULL for %VZ_PROGRESS_PHASE_NONE
 */
char *
vz_progress_dup_phase (VzProgress *self)
{
  VzProgressPhase phase = vz_progress_get_phase (self);
  g_autoptr (GEnumClass) words = g_type_class_ref (VZ_TYPE_PROGRESS_PHASE);
  const GEnumValue *word = g_enum_get_value (words, (int) phase);

  return phase != VZ_PROGRESS_PHASE_NONE && word != NULL ? g_strdup (word->value_nick) : NULL;
}

/**
 * vz_progress_dup_current:
 * @self: a progress
 *
 * Finds the part that is being worked on, for showing its units and rate beside the fraction of the
 * whole.
 *
 * Returns: (transfer full): the innermost node that changed last; @self when it has no children
 */
VzProgress *
vz_progress_dup_current (VzProgress *self)
{
  VzProgress *node = self;

  g_return_val_if_fail (VZ_IS_PROGRESS (self), NULL);
  g_mutex_lock (&vz_progress_lock);
  while (node->current != NULL)
    node = node->current;
  g_object_ref (node);
  g_mutex_unlock (&vz_progress_lock);
  return node;
}
