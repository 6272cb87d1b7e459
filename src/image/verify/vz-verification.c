/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-verification.h"

#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "image/verify/vz-verify-plan.h"
#include "image/verify/vz-verify-run.h"
#include "image/vz-restore-image-private.h"

#define LINES_MAX 20 /* in an error's message */

/**
 * VzVerification:
 *
 * The result of reading a whole restore image and computing all of its digests and checksums.
 * Immutable. Not in Apple's framework.
 *
 * QEMU: not used.
 *
 * Since: 0.1
 */
struct _VzVerification {
  GObject parent_instance;
  GPtrArray *findings; /* of VzFinding */
  guint n_members;
};

G_DEFINE_FINAL_TYPE (VzVerification, vz_verification, G_TYPE_OBJECT)

static void
vz_verification_finalize (GObject *object)
{
  g_clear_pointer (&VZ_VERIFICATION (object)->findings, g_ptr_array_unref);
  G_OBJECT_CLASS (vz_verification_parent_class)->finalize (object);
}

static void
vz_verification_class_init (VzVerificationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_verification_finalize;
}

static void
vz_verification_init (VzVerification *self)
{
}

static VzVerification *
run (VzRestoreImage *image, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  VzImageContainer *container = vz_restore_image_get_container (image);
  VZ_ERROR_PREFIX ("verifying '%s'", vz_restore_image_get_url (image));
  g_autoptr (GPtrArray) components = vz_restore_image_list_components (image);
  g_autoptr (VzVerifyPlan) plan = NULL;
  g_autoptr (VzVerification) self = g_object_new (VZ_TYPE_VERIFICATION, NULL);

  if (container == NULL || vz_image_container_get_fd (container) < 0)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "the restore image is not a local file");
  plan = vz_verify_plan_new (container, components);
  self->n_members = plan->units->len;
  self->findings = vz_verify_run (plan, progress, cancellable, error);
  return self->findings != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * vz_verification_run:
 * @image: a local image
 * @progress: (nullable): counts bytes of the file; its total is set
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Reads the whole image once, on all cores, and checks every member against its checksum in the zip
 * file, and every component and chunk against its digest. Damage is not a failure of this call: see
 * vz_verification_is_good().
 *
 * Digests of Image4 files cover the payload, with the type that the component specifies. A file of
 * another kind that as a whole does not match its digest is %VZ_FINDING_NOT_VERIFIED: Apple does
 * not say what such a digest covers.
 *
 * Fails with %VZ_ERROR_INVALID_ARGUMENT when the image is not a local file.
 *
 * Returns: (transfer full): the findings
 */
VzVerification *
vz_verification_run (VzRestoreImage *image, VzProgress *progress, GCancellable *cancellable,
                     GError **error)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (image), NULL);
  return run (image, progress, cancellable, error);
}

static gpointer
run_call (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return run (source, data, cancellable, error);
}

/**
 * vz_verification_run_async:
 * @image: a local image
 * @progress: (nullable): counts bytes of the file; its total is set
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_verification_run() without blocking.
 */
void
vz_verification_run_async (VzRestoreImage *image, VzProgress *progress, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  VzAsync async = { .call = run_call,
                    .tag = vz_verification_run_async,
                    .data = progress != NULL ? g_object_ref (progress) : NULL,
                    .free_data = progress != NULL ? g_object_unref : NULL,
                    .free_result = g_object_unref };

  g_return_if_fail (VZ_IS_RESTORE_IMAGE (image));
  vz_async_start (&async, image, cancellable, callback, user_data);
}

/**
 * vz_verification_run_finish:
 * @image: a local image
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_verification_run_async().
 *
 * Returns: (transfer full): the findings
 */
VzVerification *
vz_verification_run_finish (VzRestoreImage *image, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, image, vz_verification_run_async, error);
}

/**
 * vz_verification_is_good:
 * @self: a verification
 * @error: return location for an error with a line for each finding, or %NULL
 *
 * Tells whether nothing is damaged or missing. Anything that could not be verified does not count
 * as damage, see %VZ_FINDING_NOT_VERIFIED. Fails with %VZ_ERROR_DIGEST_MISMATCH if something is
 * damaged, or with %VZ_ERROR_INVALID_RESTORE_IMAGE if something is only missing.
 *
 * Returns: whether the image is good
 */
gboolean
vz_verification_is_good (VzVerification *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint lines = 0;
  guint wrong;

  g_return_val_if_fail (VZ_IS_VERIFICATION (self), FALSE);
  wrong = vz_verification_count (self, VZ_FINDING_BAD) +
          vz_verification_count (self, VZ_FINDING_MISSING);
  if (wrong == 0)
    return TRUE;
  for (guint i = 0; i < self->findings->len && lines < LINES_MAX; i++)
    {
      const VzFinding *finding = g_ptr_array_index (self->findings, i);
      g_autofree char *line = vz_finding_describe (finding);

      if (finding->state == VZ_FINDING_BAD || finding->state == VZ_FINDING_MISSING)
        g_string_append_printf (text, "%s%s", lines++ > 0 ? "\n" : "", line);
    }
  if (wrong > lines)
    g_string_append_printf (text, "\nand %u more", wrong - lines);
  return vz_fail (error,
                  vz_verification_count (self, VZ_FINDING_BAD) > 0 ? VZ_ERROR_DIGEST_MISMATCH
                                                                   : VZ_ERROR_INVALID_RESTORE_IMAGE,
                  "%s", text->str);
}

/**
 * vz_verification_count:
 * @self: a verification
 * @state: the state to count
 *
 * Returns: the number of findings in that state
 */
guint
vz_verification_count (VzVerification *self, VzFindingState state)
{
  guint count = 0;

  g_return_val_if_fail (VZ_IS_VERIFICATION (self), 0);
  for (guint i = 0; i < self->findings->len; i++)
    count += ((const VzFinding *) g_ptr_array_index (self->findings, i))->state == state;
  return count;
}

/**
 * vz_verification_get_n_members:
 * @self: a verification
 *
 * Returns: the number of files of the image that were read; those without a separate finding match
 *   their checksum
 */
guint
vz_verification_get_n_members (VzVerification *self)
{
  g_return_val_if_fail (VZ_IS_VERIFICATION (self), 0);
  return self->n_members;
}

/**
 * vz_verification_list_findings:
 * @self: a verification
 *
 * Lists one finding for each component of the manifest, and one for each damaged chunk in place of
 * its component. Components that are the same for several boards are listed once. Damaged files
 * that no component names come last.
 *
 * Returns: (transfer container) (element-type VzFinding): the findings, in the manifest's order
 */
GPtrArray *
vz_verification_list_findings (VzVerification *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_finding_unref);

  g_return_val_if_fail (VZ_IS_VERIFICATION (self), list);
  for (guint i = 0; i < self->findings->len; i++)
    g_ptr_array_add (list, vz_finding_ref (g_ptr_array_index (self->findings, i)));
  return list;
}
