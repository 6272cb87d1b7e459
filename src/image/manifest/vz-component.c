/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-component-private.h"

#include "image/manifest/vz-chunk.h"

G_DEFINE_BOXED_TYPE (VzComponent, vz_component, vz_component_ref, vz_component_unref)

VzComponent *
vz_component_new (void)
{
  return g_atomic_rc_box_new0 (VzComponent);
}

/**
 * vz_component_ref:
 * @self: a component
 *
 * Returns: (transfer full): @self, with one more reference
 */
VzComponent *
vz_component_ref (VzComponent *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
vz_component_clear (gpointer data)
{
  VzComponent *self = data;

  g_free (self->name);
  g_free (self->device_class);
  g_free (self->variant);
  g_free (self->path);
  g_free (self->digest);
  g_free (self->payload_type);
  g_free (self->partition_type);
  g_free (self->partition_name);
  g_free (self->partition_uuid);
  g_clear_pointer (&self->chunk_digests, g_bytes_unref);
}

/**
 * vz_component_unref:
 * @self: (nullable): a component
 *
 * Releases a reference.
 */
void
vz_component_unref (VzComponent *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, vz_component_clear);
}

const guint8 *
vz_component_get_chunk_digest (const VzComponent *self, guint32 number)
{
  const guint8 *digests = g_bytes_get_data (self->chunk_digests, NULL);

  g_return_val_if_fail (number < self->n_chunks, NULL);
  return digests + (gsize) number * VZ_CHUNK_DIGEST_SIZE;
}

gboolean
vz_component_is_disk (const VzComponent *self)
{
  return self->chunk_size > 0 && self->partition_type == NULL;
}

/**
 * vz_component_get_encoding:
 * @self: a component
 *
 * Tells how a component's disk image is stored: `chunks` in our images; in Apple's, `dmg`, or
 * `dmg.aea` for an encrypted archive of one, which Apple has used since macOS 15. This goes by the
 * file's name: Apple's `RestoreRamDisk` is a payload of another kind in spite of its name.
 *
 * Returns: (nullable): the encoding; %NULL for a component that is not a disk image
 */
const char *
vz_component_get_encoding (const VzComponent *self)
{
  if (self->chunk_size > 0)
    return "chunks";
  if (self->path == NULL)
    return NULL;
  if (g_str_has_suffix (self->path, ".dmg.aea"))
    return "dmg.aea";
  return g_str_has_suffix (self->path, ".dmg") ? "dmg" : NULL;
}
