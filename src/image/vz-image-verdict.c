/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-image-verdict.h"

#include "foundation/host/vz-host.h"
#include "foundation/vz-fail.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-configuration-requirements-private.h"
#include "image/manifest/vz-image-product.h"
#include "image/vz-mac-os-restore-image.h"

/* One clause per reason, without duplicates. */
static void
add_reason (VzImageVerdict *self, const char *reason)
{
  if (!g_ptr_array_find_with_equal_func (self->reasons, reason, g_str_equal, NULL))
    g_ptr_array_add (self->reasons, g_strdup (reason));
}

static void
add_reasons (VzImageVerdict *self, GStrv reasons)
{
  for (guint i = 0; reasons[i] != NULL; i++)
    add_reason (self, reasons[i]);
  g_strfreev (reasons);
}

static gboolean
is_emulated (const VzBuildIdentity *identity)
{
  const VzImageProduct *product = vz_image_product_for_device_class (identity->device_class);

  return product != NULL && g_strcmp0 (product->architecture, identity->architecture) == 0;
}

static void
add_board_reasons (VzImageVerdict *self, const VzBuildIdentity *identity)
{
  g_autofree char *reason = NULL;

  if (identity->architecture == NULL)
    {
      add_reasons (self, vz_image_product_dup_mac_reasons (identity->minimum_host));
      return;
    }
  reason = g_strdup_printf ("vz does not emulate the board '%s' with the architecture '%s'",
                            identity->device_class, identity->architecture);
  add_reason (self, reason);
}

/* An identity for the host's own architecture is best, since it may run accelerated. */
static gboolean
is_better (const VzBuildIdentity *identity, const VzBuildIdentity *best)
{
  const char *host = vz_host_get_architecture ();

  return best == NULL || (g_strcmp0 (identity->architecture, host) == 0 &&
                          g_strcmp0 (best->architecture, host) != 0);
}

static void
judge_identity (VzImageVerdict *self, const VzBuildIdentity *identity)
{
  VzConfigurationRequirements *requirements;

  if (g_strcmp0 (identity->restore_behavior, VZ_BEHAVIOR_BACKUP) == 0)
    add_reason (self, "it is a machine's backup; 'vz restore-backup' restores it");
  if (identity->minimum_cpu_count == 0)
    return; /* for a real computer */
  requirements = vz_configuration_requirements_new (identity);
  g_ptr_array_add (self->requirements, requirements);
  if (!is_emulated (identity))
    add_board_reasons (self, identity);
  else if (is_better (identity, self->best) &&
           g_strcmp0 (identity->restore_behavior, "Update") != 0)
    {
      self->best = identity;
      self->configuration = requirements;
    }
}

void
vz_image_verdict_init (VzImageVerdict *self, const VzBuildManifest *manifest)
{
  *self = (VzImageVerdict){
    .requirements = g_ptr_array_new_with_free_func (g_object_unref),
    .reasons = g_ptr_array_new_with_free_func (g_free),
  };
  for (guint i = 0; i < manifest->identities->len; i++)
    judge_identity (self, g_ptr_array_index (manifest->identities, i));
  /* For an image that has only been listed so far, only the products are known. */
  for (guint i = 0; manifest->identities->len == 0 && manifest->product_types[i] != NULL; i++)
    add_reasons (self, vz_image_product_dup_unsupported_reasons (manifest->product_types[i]));
  if (manifest->identities->len > 0 && self->requirements->len == 0 && self->reasons->len == 0)
    add_reason (self, "the image has nothing for virtual machines");
  else if (self->best == NULL && self->reasons->len == 0)
    add_reason (self, "the image can only update a machine, not install one");
  if (self->best != NULL)
    g_ptr_array_set_size (self->reasons, 0);
  g_ptr_array_add (self->reasons, NULL);
}

void
vz_image_verdict_clear (VzImageVerdict *self)
{
  g_clear_pointer (&self->requirements, g_ptr_array_unref);
  g_clear_pointer (&self->reasons, g_ptr_array_unref);
}

static gboolean
fail_macos (VzRestoreImage *self, GError **error)
{
  const char *const *reasons = vz_restore_image_get_unsupported_reasons (self);
  g_autofree char *missing = g_strjoinv ("; ", (GStrv) reasons);

  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "%s %s (%s) cannot be installed here: %s\n"
                  "what you can do instead: fetch, inspect, verify and extract this image here, "
                  "install it on a Mac, or install a Debian guest",
                  vz_restore_image_get_operating_system (self),
                  vz_restore_image_get_operating_system_version (self),
                  vz_restore_image_get_build_version (self), missing);
}

/**
 * vz_restore_image_check_supported:
 * @self: an image
 * @error: return location for an error with all reasons, or %NULL
 *
 * Checks vz_restore_image_is_supported() for callers that want to tell their user why not: fails
 * with %VZ_ERROR_NOT_SUPPORTED and all reasons. For a macOS image the message has two lines: what
 * is missing, and what does work.
 *
 * Returns: whether this host can run it
 */
gboolean
vz_restore_image_check_supported (VzRestoreImage *self, GError **error)
{
  g_autofree char *reasons = NULL;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  if (vz_restore_image_is_supported (self))
    return TRUE;
  if (VZ_IS_MAC_OS_RESTORE_IMAGE (self))
    return fail_macos (self, error);
  reasons = g_strjoinv ("; ", (GStrv) vz_restore_image_get_unsupported_reasons (self));
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "this host cannot install the restore image: %s",
                  reasons);
}
