/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-distribution.h"

#include <unistd.h>

static const VzDistribution distributions[] = {
  {
    .name = "debian",
    .title = "Debian GNU/Linux",
    .short_title = "Debian",
    .address = "http://deb.debian.org/debian",
    .security_address = "http://deb.debian.org/debian-security",
    .components = "main",
    .keyring = "debian-archive-keyring",
    .keyring_package = "debian-archive-keyring",
    .has_stable = TRUE,
  },
  {
    .name = "ubuntu",
    .title = "Ubuntu",
    .short_title = "Ubuntu",
    .address = "http://archive.ubuntu.com/ubuntu",
    .security_address = "http://security.ubuntu.com/ubuntu",
    .ports_address = "http://ports.ubuntu.com/ubuntu-ports",
    .components = "main universe",
    .keyring = "ubuntu-archive-keyring",
    .keyring_package = "ubuntu-keyring",
  },
};

const VzDistribution *
vz_distribution_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (distributions); i++)
    if (g_strcmp0 (name, distributions[i].name) == 0)
      return &distributions[i];
  return NULL;
}

char *
vz_distribution_find_keyring (const VzDistribution *self)
{
  static const char *const ends[] = { ".gpg", ".pgp" };

  for (const char *const *folder = g_get_system_data_dirs (); *folder != NULL; folder++)
    for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
      {
        g_autofree char *name = g_strconcat (self->keyring, ends[i], NULL);
        g_autofree char *path = g_build_filename (*folder, "keyrings", name, NULL);

        if (access (path, R_OK) == 0)
          return g_steal_pointer (&path);
      }
  return NULL;
}

char *
vz_distribution_dup_keyring (const VzDistribution *self)
{
  return g_strdup_printf ("/usr/share/keyrings/%s.gpg", self->keyring);
}

static gboolean
is_port (const VzDistribution *self, const char *architecture)
{
  return self->ports_address != NULL && g_strcmp0 (architecture, "x86_64") != 0;
}

const char *
vz_distribution_get_address (const VzDistribution *self, const char *architecture)
{
  return is_port (self, architecture) ? self->ports_address : self->address;
}

const char *
vz_distribution_get_security_address (const VzDistribution *self, const char *architecture)
{
  return is_port (self, architecture) ? self->ports_address : self->security_address;
}
