/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-guest-settings.h"

G_BEGIN_DECLS

/* The configuration by which a guest with Ignition learns its settings in its first boot. */
typedef struct {
  VzGuestSettings *settings; /* valid */
  const char *mark; /* the guest says it on its serial line, with a status behind it, at the end */
  GBytes *user_data; /* nullable: the user's own, as vz_ignition_read() */
} VzIgnition;

/* Where Ignition looks for it in QEMU's firmware configuration; ends with NULL. */
extern const char *const vz_ignition_names[];

char *vz_ignition_dup_config (const VzIgnition *self);

/* A user's configuration, in the JSON that Ignition reads. INVALID_ARGUMENT when it is no
 * configuration of a version 3. */
GBytes *vz_ignition_read (const char *path, GError **error);

G_END_DECLS
