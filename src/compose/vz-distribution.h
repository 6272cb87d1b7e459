/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A distribution with an archive in Debian's form. All static. */
typedef struct {
  const char *name; /* "debian" */
  const char *title; /* "Debian GNU/Linux" */
  const char *short_title; /* "Debian" */
  const char *address; /* of its archive */
  const char *security_address;
  const char *ports_address; /* of both for other architectures than x86_64; NULL: the same */
  const char *components; /* "main" */
  const char *keyring; /* the file with the archive's keys, without the end of its name */
  const char *keyring_package;
  gboolean has_stable; /* there is a suite of that name */
} VzDistribution;

/* NULL for a name that is none's. */
const VzDistribution *vz_distribution_find (const char *name);

/* Where this host has the keys: among the keyrings of a data folder of the system's
 * (XDG_DATA_DIRS). NULL where it has none. */
char *vz_distribution_find_keyring (const VzDistribution *self);
/* Where a guest has them. */
char *vz_distribution_dup_keyring (const VzDistribution *self);

/* Of the archive itself, and of its security fixes. */
const char *vz_distribution_get_address (const VzDistribution *self, const char *architecture);
const char *vz_distribution_get_security_address (const VzDistribution *self,
                                                  const char *architecture);

G_END_DECLS
