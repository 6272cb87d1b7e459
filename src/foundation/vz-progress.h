/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress-phase.h"

G_BEGIN_DECLS

/**
 * VzProgress:
 *
 * The progress of a long operation. Apple: `NSProgress`. Progress forms a tree: a child stands for
 * a share of its parent's units. Any thread may update it; notify::fraction-completed is emitted on
 * the main context that was the thread's default when the object was made.
 *
 * QEMU: asked how far a transfer has come, if one is under way.
 *
 * Since: 0.1
 */
#define VZ_TYPE_PROGRESS (vz_progress_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzProgress, vz_progress, VZ, PROGRESS, GObject)

VZ_PUBLIC
VzProgress *vz_progress_new (guint64 total);
VZ_PUBLIC
VzProgress *vz_progress_add_child (VzProgress *self, guint64 units, guint64 child_total);
VZ_PUBLIC
void vz_progress_attach_child (VzProgress *self, VzProgress *child, guint64 units);

VZ_PUBLIC
void vz_progress_set_total (VzProgress *self, guint64 total);
VZ_PUBLIC
void vz_progress_set_completed (VzProgress *self, guint64 completed);
VZ_PUBLIC
void vz_progress_add_completed (VzProgress *self, guint64 units);
VZ_PUBLIC
void vz_progress_skip (VzProgress *self, guint64 units);
VZ_PUBLIC
void vz_progress_set_phase (VzProgress *self, VzProgressPhase phase);
VZ_PUBLIC
void vz_progress_finish (VzProgress *self);

VZ_PUBLIC
guint64 vz_progress_get_total (VzProgress *self);
VZ_PUBLIC
guint64 vz_progress_get_completed (VzProgress *self);
VZ_PUBLIC
double vz_progress_get_fraction_completed (VzProgress *self);
VZ_PUBLIC
double vz_progress_get_rate (VzProgress *self);
VZ_PUBLIC
VzProgressPhase vz_progress_get_phase (VzProgress *self);
VZ_PUBLIC
char *vz_progress_dup_phase (VzProgress *self);
VZ_PUBLIC
VzProgress *vz_progress_dup_current (VzProgress *self);

G_END_DECLS
