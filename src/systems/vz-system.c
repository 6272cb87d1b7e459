/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-private.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (VzSystem, vz_system, vz_system_ref, vz_system_unref)

VzSystem *
vz_system_new (void)
{
  return g_atomic_rc_box_new0 (VzSystem);
}

/**
 * vz_system_ref:
 * @self: a system
 *
 * Returns: (transfer full): @self, with one more reference
 *
 * Since: 0.1
 */
VzSystem *
vz_system_ref (VzSystem *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
vz_system_clear (gpointer data)
{
  VzSystem *self = data;

  g_free (self->name);
  g_free (self->version);
  g_free (self->title);
  g_strfreev (self->aliases);
  g_strfreev (self->version_aliases);
  g_free (self->architecture);
  g_free (self->source);
  g_free (self->url);
  g_free (self->checksums);
  g_free (self->signature);
  g_free (self->listed_name);
  g_strfreev (self->signers);
  g_strfreev (self->keyrings);
  g_free (self->key);
}

/**
 * vz_system_unref:
 * @self: (nullable): a system
 *
 * Releases a reference.
 *
 * Since: 0.1
 */
void
vz_system_unref (VzSystem *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, vz_system_clear);
}

/**
 * vz_system_dup_full_name:
 * @self: a system
 *
 * Returns: (transfer full): the system's name with its version, `ubuntu@24.04`
 *
 * Since: 0.1
 */
char *
vz_system_dup_full_name (const VzSystem *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->version != NULL ? g_strdup_printf ("%s@%s", self->name, self->version)
                               : g_strdup (self->name);
}

char *
vz_system_dup_file_name (const char *location)
{
  g_autofree char *path = g_strndup (location, strcspn (location, "?#"));
  const char *slash = strrchr (path, '/');
  const char *last = slash != NULL ? slash + 1 : path;
  g_autofree char *unescaped = g_uri_unescape_string (last, "/");

  return g_strdup (unescaped != NULL ? unescaped : last);
}

const char *
vz_system_find_keyring (const VzSystem *self)
{
  for (guint i = 0; self->keyrings[i] != NULL; i++)
    if (g_file_test (self->keyrings[i], G_FILE_TEST_IS_REGULAR))
      return self->keyrings[i];
  return NULL;
}

/**
 * vz_system_can_check_signature:
 * @self: a system
 *
 * Tells whether the system's publisher signs its images and this host can check that: it has the
 * publisher's keys, or knows them well enough to recognize them when they are fetched.
 *
 * Returns: whether the signature of the disk image can be checked
 *
 * Since: 0.1
 */
gboolean
vz_system_can_check_signature (const VzSystem *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return (self->signature != NULL || self->is_clear_signed) &&
         (self->key != NULL || vz_system_find_keyring (self) != NULL);
}
