/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/inspection.h"

static gboolean
is_for_virtual_machines (const VzBuildIdentity *identity)
{
  return identity->minimum_cpu_count > 0;
}

void
inspection_init (Inspection *self, VzRestoreImage *image, gboolean all)
{
  g_autoptr (GPtrArray) identities = vz_restore_image_list_build_identities (image);

  self->image = image;
  self->requirements = vz_restore_image_list_requirements (image);
  self->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_build_identity_unref);
  all = all || self->requirements->len == 0;
  for (guint i = 0; i < identities->len; i++)
    if (all || is_for_virtual_machines (identities->pdata[i]))
      g_ptr_array_add (self->identities, vz_build_identity_ref (identities->pdata[i]));
  self->n_left_out = identities->len - self->identities->len;
}

void
inspection_clear (Inspection *self)
{
  g_clear_object (&self->image);
  g_clear_pointer (&self->requirements, g_ptr_array_unref);
  g_clear_pointer (&self->identities, g_ptr_array_unref);
}

guint64
inspection_get_disk_size (const Inspection *self)
{
  guint64 size = 0;

  for (guint i = 0; i < self->requirements->len; i++)
    size = MAX (size,
                vz_configuration_requirements_get_minimum_disk_size (self->requirements->pdata[i]));
  return size;
}
