/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-guest-settings.h"

G_BEGIN_DECLS

/* The configuration from which a guest with Ignition learns its settings in its first boot. */
typedef struct {
  VzGuestSettings *settings; /* valid */
  const char *mark; /* the guest prints it on its serial line at the end, followed by a status */
  GBytes *user_data; /* nullable: the user's own, from vz_ignition_read() */
} VzIgnition;

/* Where Ignition looks for it in QEMU's firmware configuration; ends with NULL. */
extern const char *const vz_ignition_names[];

char *vz_ignition_dup_config (const VzIgnition *self);

/* Reads a user's configuration, in the JSON that Ignition reads. INVALID_ARGUMENT if it is not a
 * version 3 configuration. */
GBytes *vz_ignition_read (const char *path, GError **error);

G_END_DECLS
