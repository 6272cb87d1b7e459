/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-ring.h"

/* How this works
 *
 * Piece n is in slot n modulo the ring's length, and a thread takes piece n only once the consumer
 * has released the slot's previous piece. So no thread gets further ahead than the length of the
 * ring. Taking has a separate lock: a thread that waits for input keeps the others from taking, but
 * neither the others from working nor the consumer from consuming.
 *
 * The first failure is kept and handed to the consumer; the threads end at once. */

#define THREADS_MAX 16
#define SLOTS_AHEAD 4 /* beyond one per thread, so that the consumer's pauses stop no thread */

struct _VzRing {
  const VzRingWork *work;
  gpointer user_data;
  GThread *threads[THREADS_MAX];
  guint n_threads;
  guint8 *slots;
  guint n_slots;
  GMutex take_lock; /* taken before lock */

  GMutex lock; /* guards everything below */
  GCond changed;
  gboolean ready[THREADS_MAX + SLOTS_AHEAD];
  guint64 taken;
  guint64 consumed;
  gboolean handed; /* the consumer holds piece number @consumed */
  guint64 end; /* number of pieces, once known */
  gboolean stop;
  GError *failure; /* owned */
};

static gpointer
slot_of (VzRing *self, guint64 number)
{
  return self->slots + number % self->n_slots * self->work->slot_size;
}

static void
fail_locked (VzRing *self, GError *failure)
{
  if (self->failure == NULL)
    self->failure = failure;
  else
    g_error_free (failure);
  self->stop = TRUE;
}

/* Takes the next piece. FALSE if there are no more for this thread. */
static gboolean
take (VzRing *self, guint64 *ret_number)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) taking = g_mutex_locker_new (&self->take_lock);
  GError *failure = NULL;
  guint64 number;
  gboolean ok;

  g_mutex_lock (&self->lock);
  while (!self->stop && self->taken >= self->consumed + self->n_slots)
    g_cond_wait (&self->changed, &self->lock);
  number = self->taken;
  ok = !self->stop && number < self->end;
  g_mutex_unlock (&self->lock);
  if (!ok)
    return FALSE;
  ok = self->work->take (number, slot_of (self, number), self->user_data, &failure);
  g_mutex_lock (&self->lock);
  if (ok)
    self->taken++;
  else if (failure != NULL)
    fail_locked (self, failure);
  else
    self->end = number;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  *ret_number = number;
  return ok;
}

static gpointer
worker (gpointer data)
{
  VzRing *self = data;
  guint64 number;

  while (take (self, &number))
    {
      GError *failure = NULL;
      gboolean ok = self->work->work (slot_of (self, number), self->user_data, &failure);

      g_mutex_lock (&self->lock);
      self->ready[number % self->n_slots] = ok;
      if (!ok)
        fail_locked (self, failure);
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);
    }
  return NULL;
}

VzRing *
vz_ring_new (const VzRingWork *work, gpointer user_data)
{
  VzRing *self = g_new0 (VzRing, 1);

  self->work = work;
  self->user_data = user_data;
  self->end = G_MAXUINT64;
  g_mutex_init (&self->take_lock);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->n_threads = CLAMP (g_get_num_processors (), 1, THREADS_MAX);
  self->n_slots = self->n_threads + SLOTS_AHEAD;
  self->slots = g_malloc0_n (self->n_slots, work->slot_size);
  for (guint i = 0; i < self->n_slots; i++)
    work->init (slot_of (self, i), user_data);
  for (guint i = 0; i < self->n_threads; i++)
    self->threads[i] = g_thread_new ("vz-ring", worker, self);
  return self;
}

void
vz_ring_free (VzRing *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->n_threads; i++)
    g_thread_join (self->threads[i]);
  for (guint i = 0; i < self->n_slots; i++)
    self->work->clear (slot_of (self, i), self->user_data);
  g_free (self->slots);
  g_clear_error (&self->failure);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->take_lock);
  g_free (self);
}

gpointer
vz_ring_next (VzRing *self, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean *ready;

  if (self->handed)
    {
      self->ready[self->consumed % self->n_slots] = FALSE;
      self->consumed++;
      self->handed = FALSE;
      g_cond_broadcast (&self->changed);
    }
  ready = &self->ready[self->consumed % self->n_slots];
  while (!*ready && self->consumed < self->end && self->failure == NULL)
    g_cond_wait (&self->changed, &self->lock);
  if (*ready)
    {
      self->handed = TRUE;
      return slot_of (self, self->consumed);
    }
  if (self->failure != NULL && error != NULL)
    *error = g_error_copy (self->failure);
  return NULL;
}
