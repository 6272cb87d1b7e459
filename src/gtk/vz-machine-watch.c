/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gtk/vz-machine-watch.h"

/* How this works
 *
 * A machine reports its state on the main context in which it was created, which may belong to
 * another thread. So a notification only queues a call in GTK's main loop, and whether the watch
 * has ended is read and written only there. Each queued call holds a reference. */

struct _VzMachineWatch {
  gatomicrefcount n_references;
  VzVirtualMachine *machine;
  gulong handler;
  void (*changed) (gpointer data); /* NULL: ended */
  gpointer data;
};

static void
release (gpointer data)
{
  VzMachineWatch *self = data;

  if (g_atomic_ref_count_dec (&self->n_references))
    g_free (self);
}

static gboolean
tell (gpointer data)
{
  VzMachineWatch *self = data;

  if (self->changed != NULL)
    self->changed (self->data);
  return G_SOURCE_REMOVE;
}

static void
on_notify (VzVirtualMachine *machine, GParamSpec *pspec, gpointer data)
{
  VzMachineWatch *self = data;

  g_atomic_ref_count_inc (&self->n_references);
  g_idle_add_full (G_PRIORITY_DEFAULT, tell, self, release);
}

static void
release_closure (gpointer data, GClosure *closure)
{
  release (data);
}

VzMachineWatch *
vz_machine_watch_new (VzVirtualMachine *machine, void (*changed) (gpointer data), gpointer data)
{
  VzMachineWatch *self = g_new0 (VzMachineWatch, 1);

  g_atomic_ref_count_init (&self->n_references);
  self->machine = g_object_ref (machine);
  self->changed = changed;
  self->data = data;
  g_atomic_ref_count_inc (&self->n_references);
  self->handler = g_signal_connect_data (machine, "notify::state", G_CALLBACK (on_notify), self,
                                         release_closure, 0);
  return self;
}

void
vz_machine_watch_end (VzMachineWatch *self)
{
  self->changed = NULL;
  g_signal_handler_disconnect (self->machine, self->handler);
  g_clear_object (&self->machine);
  release (self);
}
