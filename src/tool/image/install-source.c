/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/install-source.h"

#include <string.h>

#include "foundation/vz-fail.h"
#include "tool/image/disk-argument.h"
#include "tool/image/image-argument.h"
#include "tool/image/system-list.h"

void
install_source_clear (InstallSource *self)
{
  g_clear_pointer (&self->system, vz_system_unref);
  g_clear_object (&self->proof);
  g_clear_object (&self->image);
  g_clear_error (&self->unknown);
}

const char *
install_proof_get_option (const InstallProof *self)
{
  return self->sha256 != NULL      ? "--sha256"
         : self->checksums != NULL ? "--checksums"
         : self->signature != NULL ? "--signature"
         : self->keyrings != NULL  ? "--keyring"
         : self->allow_unverified  ? "--allow-unverified"
                                   : NULL;
}

/* What the library calls insufficient can be fixed with options. */
#define INSUFFICIENT "proof: "

static void
add_remedy (GError *error)
{
  g_autofree char *message = g_steal_pointer (&error->message);

  error->message =
    g_strconcat (message + strlen (INSUFFICIENT),
                 ": give its digest with --sha256, a signed list of digests with --checksums and "
                 "--keyring, or accept it with --allow-unverified",
                 NULL);
}

void
install_proof_name_option (GError *error)
{
  static const char *const properties[] = { "sha256: ", "signature: ", "keyring: " };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if (g_str_has_prefix (error->message, properties[i]))
      {
        g_prefix_error (&error, "--");
        return;
      }
  if (g_str_has_prefix (error->message, INSUFFICIENT))
    add_remedy (error);
}

gboolean
install_source_find (InstallSource *self, VzTool *tool, const char *text, GError **error)
{
  g_autoptr (VzSystemCatalog) catalog = NULL;

  self->text = text;
  if (text == NULL)
    return TRUE;
  if (disk_argument_is_one (text))
    {
      self->location = text;
      return TRUE;
    }
  if (disk_argument_is_remote (text) || g_str_has_suffix (text, ".ipsw") ||
      g_file_test (text, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  catalog = tool_load_systems (tool, text, error);
  if (catalog == NULL)
    return FALSE;
  self->system = vz_system_catalog_find (catalog, text, &self->unknown);
  if (g_error_matches (self->unknown, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT))
    g_clear_error (&self->unknown); /* "macos@15" is not one */
  if (self->system != NULL)
    self->location = self->system->url;
  return TRUE;
}

void
install_source_take_iso (InstallSource *self, const char *location)
{
  self->text = self->location = location;
  self->is_iso = TRUE;
}

void
install_source_take_for_disk (InstallSource *self)
{
  if (self->location == NULL && self->text != NULL && disk_argument_is_remote (self->text) &&
      !g_str_has_suffix (self->text, ".ipsw"))
    self->location = self->text;
}

gboolean
install_source_set_proof (InstallSource *self, const InstallProof *options, GError **error)
{
  InstallProof others = *options;

  others.sha256 = NULL;
  if (options->sha256 != NULL && install_proof_get_option (&others) != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--sha256: cannot be combined with %s: the digest alone is sufficient",
                    install_proof_get_option (&others));
  self->proof = self->system != NULL ? vz_disk_proof_new_for_system (self->system)
                                     : vz_disk_proof_new ();
  if (options->sha256 != NULL && !vz_disk_proof_set_sha256 (self->proof, options->sha256, error))
    return FALSE;
  if (options->checksums != NULL)
    vz_disk_proof_set_checksums (self->proof, options->checksums);
  if (options->signature != NULL)
    vz_disk_proof_set_signature (self->proof, options->signature);
  for (char **path = options->keyrings; path != NULL && *path != NULL; path++)
    vz_disk_proof_add_keyring (self->proof, *path);
  vz_disk_proof_set_allow_unverified (self->proof, options->allow_unverified);
  return TRUE;
}

typedef struct {
  const ImageArgument *argument;
  VzRestoreImage *image; /* owned by the caller */
} Open;

/* The catalog's entry may be enough to refuse an image; otherwise it is examined, even on a server,
 * so that all its requirements are known before any of it is fetched. */
static gboolean
open_image (gpointer data, GCancellable *cancellable, GError **error)
{
  Open *self = data;
  g_autoptr (VzRestoreImage) described = NULL;

  if (self->argument->entry != NULL)
    {
      described = image_argument_describe (self->argument, cancellable, error);
      if (described == NULL || !vz_restore_image_check_supported (described, error))
        return FALSE;
    }
  self->image = image_argument_open (self->argument, cancellable, error);
  return self->image != NULL;
}

void
install_source_explain_unknown (const InstallSource *self, GError **error)
{
  if (error == NULL || self->unknown == NULL ||
      !g_error_matches (*error, VZ_ERROR, VZ_ERROR_NOT_FOUND))
    return;
  g_clear_error (error);
  vz_fail (error, VZ_ERROR_NOT_FOUND, "'%s' is not a file, and no restore-image catalog has it; %s",
           self->text, self->unknown->message);
}

gboolean
install_source_open_image (InstallSource *self, VzTool *tool, GError **error)
{
  const char *name = self->text != NULL ? self->text : "latest";
  g_auto (ImageArgument) image = { NULL, NULL };
  Open work = { .argument = &image };

  if (!image_argument_resolve (tool, name, NULL, &image, error))
    {
      install_source_explain_unknown (self, error);
      return FALSE;
    }
  if (!tool_wait (tool, open_image, &work, NULL, error))
    return FALSE;
  self->image = work.image;
  return TRUE;
}

typedef struct {
  VzBundleInstaller *installer;
  InstallSource *source;
} Give;

static gboolean
give_disk (gpointer data, GCancellable *cancellable, GError **error)
{
  Give *self = data;
  InstallSource *source = self->source;

  if (source->is_iso)
    return vz_bundle_installer_set_iso (self->installer, source->location, source->proof,
                                        cancellable, error);
  if (source->system != NULL)
    return vz_bundle_installer_set_system (self->installer, source->system, source->proof,
                                           cancellable, error);
  return vz_bundle_installer_set_disk (self->installer, source->location, source->proof,
                                       cancellable, error);
}

static gboolean
look_at_disk (gpointer data, GCancellable *cancellable, GError **error)
{
  Give *self = data;

  if (self->source->is_iso)
    return vz_bundle_installer_check_iso (self->installer, self->source->location,
                                          self->source->proof, cancellable, error);
  return vz_bundle_installer_check_disk (self->installer, self->source->location,
                                         self->source->proof, cancellable, error);
}

gboolean
install_source_check (InstallSource *self, VzTool *tool, VzBundleInstaller *installer,
                      GError **error)
{
  Give work = { installer, self };

  return (self->system == NULL ||
          vz_bundle_installer_check_system (installer, self->system, error)) &&
         tool_wait (tool, look_at_disk, &work, NULL, error);
}

gboolean
install_source_give (InstallSource *self, VzTool *tool, VzBundleInstaller *installer,
                     GError **error)
{
  Give work = { installer, self };

  if (self->location != NULL)
    return tool_wait (tool, give_disk, &work, NULL, error);
  return vz_bundle_installer_set_image (installer, self->image, error);
}
