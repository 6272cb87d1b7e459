/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-image-contents.h"

#include "image/manifest/vz-chunk.h"
#include "image/manifest/vz-component-private.h"

/* TRUE if all chunks are there. */
static gboolean
measure_chunks (VzImageContainer *container, VzComponent *component)
{
  for (guint32 i = 0; i < component->n_chunks; i++)
    {
      g_autofree char *name = NULL;
      const VzImageMember *member;

      if (vz_chunk_digest_is_absent (vz_component_get_chunk_digest (component, i)))
        continue;
      name = vz_chunk_dup_member_name (component->path, i);
      member = vz_image_container_find (container, name);
      if (member == NULL)
        return FALSE;
      component->packed_size += member->packed_size;
    }
  return TRUE;
}

static void
measure_component (VzImageContainer *container, VzComponent *component)
{
  const VzImageMember *member;

  if (component->path == NULL)
    return;
  if (component->chunk_size > 0)
    {
      component->is_present = measure_chunks (container, component);
      return;
    }
  member = vz_image_container_find (container, component->path);
  if (member == NULL)
    return;
  component->is_present = TRUE;
  component->size = member->size;
  component->packed_size = member->packed_size;
}

static guint64
measure_members (VzImageContainer *container)
{
  guint64 total = 0;

  for (guint i = 0; i < vz_image_container_get_n_members (container); i++)
    {
      const VzImageMember *member = vz_image_container_get_member (container, i);

      if (!vz_image_member_is_junk (member))
        total += MIN (member->size, G_MAXUINT64 - total);
    }
  return total;
}

guint64
vz_image_contents_measure (VzImageContainer *container, VzBuildManifest *manifest)
{
  for (guint i = 0; i < manifest->identities->len; i++)
    {
      const VzBuildIdentity *identity = g_ptr_array_index (manifest->identities, i);

      for (guint j = 0; j < identity->components->len; j++)
        measure_component (container, g_ptr_array_index (identity->components, j));
    }
  return measure_members (container);
}
