/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/extract/vz-extract-plan.h"

#include "foundation/vz-fail.h"
#include "image/chunks/vz-chunk-pipeline.h"
#include "image/vz-restore-component.h"
#include "image/vz-restore-image-private.h"

#include <string.h>
#include <sys/stat.h>

#define CHUNKS_SUFFIX ".img" /* for a chunked component, which has no file name of its own */

static void
clear_item (gpointer data)
{
  VzExtractItem *item = data;

  g_clear_pointer (&item->component, vz_component_unref);
  g_free (item->target);
}

void
vz_extract_plan_free (VzExtractPlan *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->items);
  g_free (self);
}

static gboolean
has_target (VzExtractPlan *self, const char *target)
{
  for (guint i = 0; i < self->items->len; i++)
    if (g_str_equal (g_array_index (self->items, VzExtractItem, i).target, target))
      return TRUE;
  return FALSE;
}

/* ---- members ---- */

static gboolean
check_kind (const VzImageMember *member, GError **error)
{
  guint32 type = member->mode & S_IFMT;

  if (vz_image_member_is_link (member))
    return member->size <= VZ_EXTRACT_LINK_MAX ||
           vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "symbolic link '%s': its target has %" G_GUINT64_FORMAT
                    " bytes, at most %d allowed",
                    member->name, member->size, VZ_EXTRACT_LINK_MAX);
  if (type == 0 || type == S_IFREG || type == S_IFDIR)
    return TRUE;
  return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                  "member '%s' is a device, pipe or socket, which cannot be extracted",
                  member->name);
}

static gboolean
add_member (VzExtractPlan *self, const VzImageMember *member, GError **error)
{
  VzExtractItem item = { .member = member };

  if (!check_kind (member, error))
    return FALSE;
  item.target = g_strdup (member->name);
  self->packed_size += member->packed_size;
  self->size += MIN (member->size, G_MAXUINT64 - self->size);
  g_array_append_val (self->items, item);
  return TRUE;
}

/* @wanted: for each member */
static void
want_matches (VzImageContainer *container, const char *pattern, gboolean *wanted, gboolean *ret_any)
{
  g_autoptr (GPatternSpec) spec = g_pattern_spec_new (pattern);
  gboolean junk = g_str_has_prefix (pattern, "__MACOSX");

  for (guint i = 0; i < vz_image_container_get_n_members (container); i++)
    {
      const VzImageMember *member = vz_image_container_get_member (container, i);

      if ((junk || !vz_image_member_is_junk (member)) &&
          g_pattern_spec_match_string (spec, member->name))
        wanted[i] = *ret_any = TRUE;
    }
}

/* ---- components ---- */

typedef struct {
  const char *name; /* without the board */
  const char *board; /* NULL: not specified */
  GPtrArray *found; /* of VzComponent, borrowed, each with its own path */
  int rank; /* of those found */
} Search;

static int
rank_identity (VzRestoreImage *image, const VzBuildIdentity *identity)
{
  if (identity == vz_restore_image_get_install_identity (image))
    return 2;
  return identity->minimum_cpu_count > 0 ? 1 : 0;
}

static void
consider (Search *self, VzComponent *component, int rank)
{
  if (!g_str_equal (component->name, self->name) || rank < self->rank)
    return;
  if (rank > self->rank)
    g_ptr_array_set_size (self->found, 0);
  self->rank = rank;
  for (guint i = 0; i < self->found->len; i++)
    if (g_strcmp0 (((VzComponent *) self->found->pdata[i])->path, component->path) == 0)
      return;
  g_ptr_array_add (self->found, component);
}

static void
search (Search *self, VzRestoreImage *image)
{
  g_autoptr (GPtrArray) identities = vz_restore_image_list_build_identities (image);

  for (guint i = 0; i < identities->len; i++)
    {
      const VzBuildIdentity *identity = identities->pdata[i];

      if (self->board != NULL && !g_str_equal (identity->device_class, self->board))
        continue;
      for (guint j = 0; j < identity->components->len; j++)
        consider (self, identity->components->pdata[j], rank_identity (image, identity));
    }
}

static gboolean
fail_several (const Search *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->found->len; i++)
    {
      const VzComponent *component = self->found->pdata[i];

      g_string_append_printf (text, "%s'%s' (%s)", i > 0 ? ", " : "",
                              component->path != NULL ? component->path : "no file",
                              component->device_class);
    }
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "component '%s' has %u files: %s; name one of them, or a board after '@'",
                  self->name, self->found->len, text->str);
}

static gboolean
add_chunks (VzExtractPlan *self, VzImageContainer *container, VzComponent *component,
            GError **error)
{
  VzExtractItem item = { NULL };
  guint64 packed;

  if (strchr (component->name, '/') != NULL || component->name[0] == '.')
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "component '%s': no file can have this name", component->name);
  if (!vz_chunk_pipeline_measure (container, component, &packed, error))
    return FALSE;
  item.target = g_strconcat (component->name, CHUNKS_SUFFIX, NULL);
  if (has_target (self, item.target))
    {
      g_free (item.target);
      return TRUE;
    }
  item.component = vz_component_ref (component);
  self->packed_size += packed;
  self->size += vz_restore_component_get_data_size (component);
  g_array_append_val (self->items, item);
  return TRUE;
}

static gboolean
add_component (VzExtractPlan *self, VzImageContainer *container, const Search *found,
               gboolean *wanted, GError **error)
{
  VzComponent *component = found->found->pdata[0];
  const VzImageMember *member;

  if (found->found->len > 1)
    return fail_several (found, error);
  if (component->chunk_size > 0)
    return add_chunks (self, container, component, error);
  if (component->path == NULL)
    return vz_fail (error, VZ_ERROR_NOT_FOUND,
                    "component '%s' has no file: the manifest names none", component->name);
  member = vz_image_container_find (container, component->path);
  if (member == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "component '%s': the image does not contain its file '%s'", component->name,
                    component->path);
  wanted[member->index] = TRUE;
  return TRUE;
}

/* ---- names ---- */

static gboolean
resolve (VzExtractPlan *self, VzRestoreImage *image, const char *name, gboolean *wanted,
         GError **error)
{
  VzImageContainer *container = vz_restore_image_get_container (image);
  const VzImageMember *member = vz_image_container_find (container, name);
  g_auto (GStrv) parts = g_strsplit (name, "@", 2);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  Search wish = { .found = found, .rank = 0 };
  gboolean any = member != NULL;

  if (any)
    wanted[member->index] = TRUE;
  else if (strpbrk (name, "*?") != NULL)
    want_matches (container, name, wanted, &any);
  if (any)
    return TRUE;
  wish.name = parts[0] != NULL ? parts[0] : "";
  wish.board = parts[0] != NULL ? parts[1] : NULL;
  search (&wish, image);
  if (found->len == 0)
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "the image has no component or file '%s'", name);
  return add_component (self, container, &wish, wanted, error);
}

VzExtractPlan *
vz_extract_plan_new (VzRestoreImage *image, const char *const *names, GError **error)
{
  VzImageContainer *container = vz_restore_image_get_container (image);
  guint n_members = vz_image_container_get_n_members (container);
  g_autofree gboolean *wanted = g_new0 (gboolean, n_members + 1);
  g_autoptr (VzExtractPlan) self = g_new0 (VzExtractPlan, 1);

  self->items = g_array_new (FALSE, TRUE, sizeof (VzExtractItem));
  g_array_set_clear_func (self->items, clear_item);
  for (guint i = 0; names[i] != NULL; i++)
    if (!resolve (self, image, names[i], wanted, error))
      return NULL;
  for (guint i = 0; i < n_members; i++)
    if (wanted[i] && !add_member (self, vz_image_container_get_member (container, i), error))
      return NULL;
  return g_steal_pointer (&self);
}
