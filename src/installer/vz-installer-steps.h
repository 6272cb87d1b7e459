/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-guest-settings.h"
#include "installer/vz-install-plan.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

/* An installation in progress. */
typedef struct {
  VzVirtualMachine *machine;
  const char *image_path;
  VzGuestSettings *settings;
  GBytes *user_data; /* for cloud-init; NULL: none */
  GBytes *ignition_data; /* the same for Ignition */
  gboolean leave_guest; /* a guest with either: no first boot */
  char *note; /* owned; what the user has to know */
  VzInstallPlan *plan; /* owned; made by the first step */
} VzInstallation;

/* One of its steps: @progress is the step's own, with a total that the step may set. */
typedef struct {
  VzProgressPhase phase;
  guint share; /* of the whole, in tenths of a second as measured: see vz-installer-steps.c */
  gboolean boot; /* needs the machine to run: its failures are the installation's */
  gboolean (*run) (VzInstallation *self, VzProgress *progress, GCancellable *cancellable,
                   GError **error);
} VzInstallStep;

/* For steps that go by the clock. A progress of VZ_INSTALL_CLOCK_UNITS is at nine tenths when
 * @expected seconds have passed since @since, a monotonic time. */
#define VZ_INSTALL_CLOCK_UNITS 1000
void vz_install_go_by_clock (VzProgress *progress, gint64 since, double expected);

#define VZ_N_INSTALL_STEPS 5
extern const VzInstallStep vz_install_steps[VZ_N_INSTALL_STEPS];

G_END_DECLS
