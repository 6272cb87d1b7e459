/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-verify-plan.h"

#include "foundation/vz-hex.h"
#include "image/manifest/vz-chunk.h"
#include "image/manifest/vz-component-private.h"
#include "image/verify/vz-member-sums.h"

/* How this works
 *
 * The order is that of the file, so that a disk reads from front to back. But cores cannot share
 * the computation of a digest: if the largest member came last, one core would work on it alone
 * while the others were idle. So large members come first, in order of size, each read from front
 * to back by one core, and then the small ones in the file's order. */

#define LARGE (64 * 1024 * 1024)

static void
free_group (gpointer data)
{
  VzVerifyGroup *group = data;

  vz_component_unref (group->component);
  g_ptr_array_unref (group->device_classes);
  g_clear_pointer (&group->digest, g_bytes_unref);
  g_free (group);
}

static VzVerifyGroup *
add_group (VzVerifyPlan *self, VzComponent *component)
{
  VzVerifyGroup *group = g_new0 (VzVerifyGroup, 1);

  group->component = vz_component_ref (component);
  group->device_classes = g_ptr_array_new_with_free_func (g_free);
  if (component->digest != NULL)
    group->digest = vz_hex_decode (component->digest);
  g_ptr_array_add (self->groups, group);
  return group;
}

static void
add_claim (VzVerifyPlan *self, const char *path, gint64 chunk, const guint8 *expected, gsize size)
{
  const VzImageMember *member = path != NULL ? vz_image_container_find (self->container, path)
                                             : NULL;
  VzVerifyClaim claim = { .member = member != NULL ? (guint32) member->index : VZ_VERIFY_ABSENT,
                          .group = self->groups->len - 1,
                          .chunk = chunk };

  if (expected != NULL && vz_digest_name (size) != NULL)
    {
      claim.expected = expected;
      claim.expected_size = size;
    }
  self->n_absent += member == NULL;
  g_array_append_val (self->claims, claim);
}

static void
add_chunks (VzVerifyPlan *self, const VzComponent *component)
{
  for (guint32 i = 0; i < component->n_chunks; i++)
    {
      const guint8 *digest = vz_component_get_chunk_digest (component, i);
      g_autofree char *name = NULL;

      if (vz_chunk_digest_is_absent (digest))
        continue;
      name = vz_chunk_dup_member_name (component->path, i);
      add_claim (self, name, i, digest, VZ_CHUNK_DIGEST_SIZE);
    }
}

static void
add_component (VzVerifyPlan *self, VzComponent *component, GHashTable *seen)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s\n%s\n%s", component->name, component->path,
                                          component->digest, component->payload_type);
  VzVerifyGroup *group = g_hash_table_lookup (seen, key);

  if (group == NULL)
    {
      gsize size = 0;
      const guint8 *digest;

      group = add_group (self, component);
      digest = group->digest != NULL ? g_bytes_get_data (group->digest, &size) : NULL;
      g_hash_table_insert (seen, g_steal_pointer (&key), group);
      if (component->chunk_size > 0)
        add_chunks (self, component);
      else
        add_claim (self, component->path, -1, digest, size);
    }
  if (!g_ptr_array_find_with_equal_func (group->device_classes, component->device_class,
                                         g_str_equal, NULL))
    g_ptr_array_add (group->device_classes, g_strdup (component->device_class));
}

static int
compare_claims (gconstpointer a, gconstpointer b)
{
  const VzVerifyClaim *left = a, *right = b;

  if (left->member != right->member)
    return left->member < right->member ? -1 : 1;
  if (left->group != right->group)
    return left->group < right->group ? -1 : 1;
  return left->chunk < right->chunk ? -1 : left->chunk > right->chunk;
}

static int
compare_units (gconstpointer a, gconstpointer b)
{
  const VzImageMember *left = ((const VzVerifyUnit *) a)->member;
  const VzImageMember *right = ((const VzVerifyUnit *) b)->member;
  gboolean left_large = left->packed_size >= LARGE, right_large = right->packed_size >= LARGE;

  if (left_large != right_large)
    return left_large ? -1 : 1;
  if (left_large && left->packed_size != right->packed_size)
    return left->packed_size > right->packed_size ? -1 : 1;
  return left->offset < right->offset ? -1 : left->offset > right->offset;
}

static void
add_units (VzVerifyPlan *self)
{
  guint claim = 0;

  for (guint i = 0; i < vz_image_container_get_n_members (self->container); i++)
    {
      VzVerifyUnit unit = { .member = vz_image_container_get_member (self->container, i),
                            .first_claim = claim };

      while (claim < self->claims->len &&
             g_array_index (self->claims, VzVerifyClaim, claim).member == i)
        claim++;
      unit.n_claims = claim - unit.first_claim;
      self->size += unit.member->packed_size;
      g_array_append_val (self->units, unit);
    }
  g_array_sort (self->units, compare_units);
}

VzVerifyPlan *
vz_verify_plan_new (VzImageContainer *container, GPtrArray *components)
{
  VzVerifyPlan *self = g_new0 (VzVerifyPlan, 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  self->container = vz_image_container_ref (container);
  self->groups = g_ptr_array_new_with_free_func (free_group);
  self->claims = g_array_new (FALSE, FALSE, sizeof (VzVerifyClaim));
  self->units = g_array_new (FALSE, FALSE, sizeof (VzVerifyUnit));
  for (guint i = 0; i < components->len; i++)
    add_component (self, g_ptr_array_index (components, i), seen);
  g_array_sort (self->claims, compare_claims);
  add_units (self);
  return self;
}

void
vz_verify_plan_free (VzVerifyPlan *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->units);
  g_array_unref (self->claims);
  g_ptr_array_unref (self->groups);
  vz_image_container_unref (self->container);
  g_free (self);
}
