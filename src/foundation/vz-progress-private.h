/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

struct _VzProgress {
  GObject parent_instance;

  GMainContext *context; /* owned: of the creator */
  VzProgress *parent; /* owned by the child: a parent outlives updates from its children */
  GPtrArray *children; /* owned pointers to weak children: see Child */
  guint64 share; /* units of the parent that this node stands for */

  guint64 total; /* 0: not known yet */
  guint64 completed;
  gboolean finished;
  VzProgressPhase phase;
  VzProgress *current; /* borrowed: the child that changed last */

  GSource *notify_source; /* owned while a notification is due */
  gint64 notified_at;

  gint64 sampled_at;
  guint64 sampled;
  guint64 skipped; /* the part of done since the last sample that moved no data */
  double rate; /* units per second */
};

/* For all trees; see vz-progress.c. */
extern GMutex vz_progress_lock;

/* Units done, and the fraction done from 0 to 1, including children; under the lock. */
guint64 vz_progress_sum_locked (VzProgress *self);
double vz_progress_fraction_locked (VzProgress *self);

G_END_DECLS
