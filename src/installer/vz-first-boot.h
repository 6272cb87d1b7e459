/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"
#include "installer/vz-guest-settings.h"

G_BEGIN_DECLS

typedef struct {
  VzVirtualMachineConfiguration *configuration; /* of a generic machine */
  const char *disk; /* path of its disk image; the volume lies beside it meanwhile */
  VzGuestSettings *settings;
  GBytes *user_data; /* nullable: the user's own for cloud-init */
  GBytes *ignition_data; /* nullable: the user's own for Ignition */
} VzFirstBoot;

/* Boots the machine once with the source of its guest's settings, a volume for cloud-init or a
 * configuration for Ignition, as the disk's content decides, until the guest has taken its settings
 * and switched itself off. *@ret_note: NULL, or what the user has to know: the guest did not take
 * them. The machine is always stopped on return. INSTALLATION_FAILED, or errors of starting the
 * machine. */
gboolean vz_first_boot_run (const VzFirstBoot *self, VzProgress *progress, char **ret_note,
                            GCancellable *cancellable, GError **error);

/* INVALID_ARGUMENT if the user's data for the first boot is not for this guest. */
gboolean vz_first_boot_check_data (gboolean takes_ignition, GBytes *user_data,
                                   GBytes *ignition_data, GError **error);

G_END_DECLS
