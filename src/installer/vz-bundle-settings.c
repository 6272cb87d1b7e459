/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-bundle-settings.h"

#include "bundle/vz-bundle-private.h"
#include "disk/vz-ignition-disk.h"

/**
 * vz_bundle_get_takes_ignition:
 * @self: a bundle
 *
 * Tells whether the system on the bundle's disk takes its settings by Ignition in its first boot,
 * judging by the names of its partitions. Not in Apple's framework.
 *
 * Returns: whether it does
 *
 * Since: 0.1
 */
gboolean
vz_bundle_get_takes_ignition (VzBundle *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  path = vz_bundle_dup_disk_image_path (self);
  return vz_ignition_disk_recognize_file (path);
}
