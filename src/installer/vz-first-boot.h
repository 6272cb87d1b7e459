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
} VzFirstBoot;

/* Boots the machine once with a volume for cloud-init, until the guest has taken its settings and
 * switched itself off. *@ret_note: NULL, or what the user has to know: the guest did not take them.
 * The machine is stopped on return in any case. INSTALLATION_FAILED, or of starting the machine. */
gboolean vz_first_boot_run (const VzFirstBoot *self, VzProgress *progress, char **ret_note,
                            GCancellable *cancellable, GError **error);

G_END_DECLS
