/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-build-manifest-format.h"
#include "image/vz-restore-image-private.h"

static gboolean
takes_settings_by (VzRestoreImage *self, const char *way)
{
  const VzBuildIdentity *identity = vz_restore_image_get_install_identity (self);

  return identity != NULL && g_strcmp0 (identity->guest_settings, way) == 0;
}

/**
 * vz_restore_image_has_cloud_init:
 * @self: a restore image
 *
 * Tells whether the guest takes its settings from cloud-init, as does that of an image made from a
 * disk image. Not in Apple's framework.
 *
 * Returns: whether it does; otherwise it gets them from vz's agent, or not at all
 *
 * Since: 0.1
 */
gboolean
vz_restore_image_has_cloud_init (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  return takes_settings_by (self, VZ_GUEST_SETTINGS_CLOUD_INIT);
}

/**
 * vz_restore_image_has_ignition:
 * @self: a restore image
 *
 * Tells whether the guest takes its settings by Ignition, as does that of an image made from a disk
 * image of Fedora CoreOS or Flatcar. Not in Apple's framework.
 *
 * Returns: whether it does
 *
 * Since: 0.1
 */
gboolean
vz_restore_image_has_ignition (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  return takes_settings_by (self, VZ_GUEST_SETTINGS_IGNITION);
}
