/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A distribution with a Debian-style archive. All static. */
typedef struct {
  const char *name; /* "debian" */
  const char *title; /* "Debian GNU/Linux" */
  const char *short_title; /* "Debian" */
  const char *address; /* of its archive */
  const char *security_address;
  const char *ports_address; /* of both for architectures other than x86_64; NULL: the same */
  const char *components; /* "main" */
  const char *keyring; /* the file with the archive's keys, without its suffix */
  const char *keyring_package;
  gboolean has_stable; /* there is a suite of that name */
} VzDistribution;

/* NULL for an unknown name. */
const VzDistribution *vz_distribution_find (const char *name);

/* Where this host has the keys: in the keyrings folder of one of the system's data folders
 * (XDG_DATA_DIRS). NULL if it has none. */
char *vz_distribution_find_keyring (const VzDistribution *self);
/* Where a guest has them. */
char *vz_distribution_dup_keyring (const VzDistribution *self);

/* Of the archive itself, and of its security fixes. */
const char *vz_distribution_get_address (const VzDistribution *self, const char *architecture);
const char *vz_distribution_get_security_address (const VzDistribution *self,
                                                  const char *architecture);

G_END_DECLS
