/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/extract/vz-extract-run.h"

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-sparse.h"
#include "foundation/file/vz-write.h"
#include "foundation/vz-fail.h"
#include "image/chunks/vz-chunk-pipeline.h"
#include "image/verify/vz-member-check.h"
#include "image/vz-restore-image-private.h"

#include <errno.h>
#include <unistd.h>

/* How this works
 *
 * Members are read one after another in the order of the file, and each piece is hashed and written
 * while it is in the processor's cache; an image on a server is fetched in these pieces. Chunks are
 * handled as in a restore, on all cores. No file gets its name before everything is complete and
 * verified. */

typedef struct {
  VzImageContainer *container;
  VzVerifyPlan *verify; /* owned: has the claims about the members */
  GHashTable *units; /* member's number -> VzVerifyUnit of verify */
  VzMemberCheck *check; /* owned */
  VzExtractFolder *folder;
  VzProgress *progress;
  GCancellable *cancellable;
} Run;

typedef struct {
  int fd;
  guint64 position;
} Output;

static gboolean
write_piece (gpointer data, const VzMemberPiece *piece, GError **error)
{
  Output *self = data;
  gsize begin = 0, end;

  while (piece->data != NULL &&
         vz_sparse_next_run (piece->data, piece->size, self->position, &begin, &end))
    {
      if (!vz_pwrite_all (self->fd, piece->data + begin, end - begin,
                          (off_t) (self->position + begin)))
        return vz_fail_errno (error, "cannot write at byte %" G_GUINT64_FORMAT,
                              self->position + begin);
      begin = end;
    }
  self->position += piece->size;
  return TRUE;
}

static gboolean
set_size (int fd, guint64 size, GError **error)
{
  return ftruncate (fd, (off_t) size) == 0 ||
         vz_fail_errno (error, "setting its size to %" G_GUINT64_FORMAT " bytes", size);
}

/* Judges the member just read. */
static gboolean
judge (Run *self, const VzVerifyUnit *unit, gboolean *ret_verified, GError **error)
{
  g_autoptr (GPtrArray) findings = vz_member_check_judge (self->check, unit, NULL);

  for (guint i = 0; i < findings->len; i++)
    {
      const VzFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *text = vz_finding_describe (finding);

      if (finding->state == VZ_FINDING_BAD)
        return vz_fail (error, VZ_ERROR_DIGEST_MISMATCH, "%s", text);
      *ret_verified |= finding->state == VZ_FINDING_GOOD;
    }
  return TRUE;
}

static gboolean
write_member (Run *self, const VzImageMember *member, int fd, gboolean *ret_verified,
              GError **error)
{
  const VzVerifyUnit *unit = g_hash_table_lookup (self->units, GUINT_TO_POINTER (member->index));
  g_autoptr (GError) local = NULL;
  Output output = { .fd = fd };

  if (!vz_member_check_read (self->check, unit, write_piece, &output, &local) ||
      !set_size (fd, member->size, &local))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local), "Member '%s': ", member->name);
      return FALSE;
    }
  return judge (self, unit, ret_verified, error);
}

static gboolean
append_piece (gpointer data, const VzMemberPiece *piece, GError **error)
{
  GString *text = data;

  /* So short a file has no holes; the plan has checked its length. */
  if (piece->data != NULL)
    g_string_append_len (text, (const char *) piece->data, (gssize) piece->size);
  return TRUE;
}

static int
add_link (Run *self, const VzImageMember *member, gboolean *ret_verified, GError **error)
{
  VZ_ERROR_PREFIX ("symbolic link '%s'", member->name);
  const VzVerifyUnit *unit = g_hash_table_lookup (self->units, GUINT_TO_POINTER (member->index));
  g_autoptr (GString) target = g_string_new (NULL);
  const char *problem;

  if (!vz_member_check_read (self->check, unit, append_piece, target, error) ||
      !judge (self, unit, ret_verified, error))
    return -1;
  problem = vz_image_member_target_problem (member, target->str, target->len);
  if (problem == NULL)
    return vz_extract_folder_add_link (self->folder, target->str, error);
  vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "its target is not allowed: %s", problem);
  return -1;
}

static gboolean
write_item (Run *self, const VzExtractItem *item, int fd, gboolean *ret_verified, GError **error)
{
  if (item->member != NULL)
    return write_member (self, item->member, fd, ret_verified, error);
  *ret_verified = TRUE; /* each chunk's digest is checked before it is unpacked */
  return set_size (fd, item->component->size, error) &&
         vz_chunk_pipeline_run (self->container, item->component, fd, 0, self->progress,
                                self->cancellable, error);
}

/* A new file or link, complete; *@ret_number is -1 for a folder. */
static gboolean
add_item (Run *self, const VzExtractItem *item, int *ret_number, gboolean *ret_verified,
          GError **error)
{
  int fd VZ_AUTO_CLOSE = -1;

  *ret_number = -1;
  *ret_verified = FALSE;
  if (g_str_has_suffix (item->target, "/"))
    return TRUE;
  if (item->member != NULL && vz_image_member_is_link (item->member))
    {
      *ret_number = add_link (self, item->member, ret_verified, error);
      return *ret_number >= 0;
    }
  *ret_number = vz_extract_folder_add (self->folder, &fd, error);
  return *ret_number >= 0 && write_item (self, item, fd, ret_verified, error);
}

static gboolean
write_items (Run *self, const VzExtractPlan *plan, GArray *numbers, GArray *verified,
             GError **error)
{
  for (guint i = 0; i < plan->items->len; i++)
    {
      const VzExtractItem *item = &g_array_index (plan->items, VzExtractItem, i);
      gboolean is_verified;
      int number;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
          !add_item (self, item, &number, &is_verified, error))
        return FALSE;
      g_array_append_val (numbers, number);
      g_array_append_val (verified, is_verified);
    }
  return vz_extract_folder_flush (self->folder, error);
}

static gboolean
place_items (Run *self, const VzExtractPlan *plan, GArray *numbers, GError **error)
{
  for (guint i = 0; i < plan->items->len; i++)
    if (!vz_extract_folder_place (self->folder, g_array_index (numbers, int, i),
                                  g_array_index (plan->items, VzExtractItem, i).target, error))
      return FALSE;
  return TRUE;
}

static void
init (Run *self, VzRestoreImage *image)
{
  g_autoptr (GPtrArray) components = vz_restore_image_list_components (image);

  self->verify = vz_verify_plan_new (self->container, components);
  self->units = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < self->verify->units->len; i++)
    {
      VzVerifyUnit *unit = &g_array_index (self->verify->units, VzVerifyUnit, i);

      g_hash_table_insert (self->units, GUINT_TO_POINTER (unit->member->index), unit);
    }
  self->check = vz_member_check_new (self->verify, self->progress, self->cancellable);
}

static void
clear (Run *self)
{
  vz_member_check_free (self->check);
  g_hash_table_unref (self->units);
  vz_verify_plan_free (self->verify);
}

GArray *
vz_extract_run (VzRestoreImage *image, const VzExtractPlan *plan, VzExtractFolder *folder,
                VzProgress *progress, GCancellable *cancellable, GError **error)
{
  Run self = { .container = vz_restore_image_get_container (image),
               .folder = folder,
               .progress = progress,
               .cancellable = cancellable };
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) verified = g_array_new (FALSE, FALSE, sizeof (gboolean));
  gboolean done;

  init (&self, image);
  if (progress != NULL)
    vz_progress_set_total (progress, plan->packed_size);
  done = write_items (&self, plan, numbers, verified, error) &&
         place_items (&self, plan, numbers, error);
  clear (&self);
  if (!done)
    return NULL;
  if (progress != NULL)
    vz_progress_finish (progress);
  return g_steal_pointer (&verified);
}
