/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-build-identity-private.h"

G_DEFINE_BOXED_TYPE (VzBuildIdentity, vz_build_identity, vz_build_identity_ref,
                     vz_build_identity_unref)

VzBuildIdentity *
vz_build_identity_new (void)
{
  VzBuildIdentity *self = g_atomic_rc_box_new0 (VzBuildIdentity);

  self->components = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_component_unref);
  return self;
}

/**
 * vz_build_identity_ref:
 * @self: an identity
 *
 * Returns: (transfer full): @self, with one more reference
 */
VzBuildIdentity *
vz_build_identity_ref (VzBuildIdentity *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  VzBuildIdentity *self = data;

  g_free (self->device_class);
  g_free (self->product_type);
  g_free (self->variant);
  g_free (self->restore_behavior);
  g_free (self->architecture);
  g_free (self->guest_settings);
  g_free (self->minimum_host);
  g_ptr_array_unref (self->components);
}

/**
 * vz_build_identity_unref:
 * @self: (nullable): an identity
 *
 * Releases a reference.
 */
void
vz_build_identity_unref (VzBuildIdentity *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}
