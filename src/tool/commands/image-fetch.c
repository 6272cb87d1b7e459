/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <stdio.h>
#include <string.h>

#include "foundation/vz-fail.h"
#include "tool/image/disk-argument.h"
#include "tool/image/image-argument.h"
#include "tool/image/install-source.h"

#define NAME_BYTES 200

static char *arg_output;
static char *arg_limit_rate;
static char *arg_catalog;
static InstallProof arg_proof; /* what it refers to is owned */

static const GOptionEntry options[] = {
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &arg_output, "File to write (named as in the URL)",
    "FILE" },
  { "limit-rate", 0, 0, G_OPTION_ARG_STRING, &arg_limit_rate,
    "Limit in bytes per second, such as 10M", "SIZE" },
  { "catalog", 0, 0, G_OPTION_ARG_STRING, &arg_catalog, "Look only in this catalog", "FILE|URL" },
  INSTALL_PROOF_OPTIONS (arg_proof),
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  const ImageArgument *argument;
  const char *destination;
  guint64 rate_limit;
  VzProgress *progress;
} Fetch;

static VzRestoreImage *
open_image (const ImageArgument *argument, GCancellable *cancellable, GError **error)
{
  if (argument->entry == NULL && !image_argument_is_local (argument))
    return vz_restore_image_new_for_url (argument->location);
  return image_argument_describe (argument, cancellable, error);
}

static gboolean
fetch (gpointer data, GCancellable *cancellable, GError **error)
{
  Fetch *self = data;
  g_autoptr (VzRestoreImage) image = open_image (self->argument, cancellable, error);

  return image != NULL &&
         vz_restore_image_download_limited (image, self->destination, self->rate_limit,
                                            self->progress, cancellable, error);
}

/* An address may contain anything; turns it into a name that every file system and shell
 * accepts. */
static char *
safe_name (const char *text)
{
  char *name = g_strndup (text, NAME_BYTES);

  g_strcanon (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".,_+=@-", '_');
  if (name[0] == '-' || name[0] == '.')
    name[0] = '_';
  return name;
}

/* The last part of an address's path: ".../UniversalMac_15.5.ipsw?x=y" ->
 * "UniversalMac_15.5.ipsw" */
static char *
name_from_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *slash = uri != NULL ? strrchr (g_uri_get_path (uri), '/') : NULL;

  if (slash == NULL || slash[1] == '\0' || strcmp (slash, "/.") == 0 || strcmp (slash, "/..") == 0)
    return g_strdup ("restore.ipsw");
  return safe_name (slash + 1);
}

static char *
name_file (const ImageArgument *image)
{
  const VzCatalogEntry *entry = image->entry;
  g_autofree char *name = NULL;

  if (image_argument_is_local (image))
    return g_path_get_basename (image->location);
  if (!g_str_has_prefix (image->location, "compose:"))
    return name_from_url (image->location);
  name = g_strdup_printf ("%s_%s_%s.ipsw", entry->operating_system, entry->product_version,
                          entry->product);
  return safe_name (name);
}

static gboolean
parse_limit (guint64 *ret_limit, GError **error)
{
  *ret_limit = 0;
  if (arg_limit_rate == NULL || (vz_size_parse (arg_limit_rate, ret_limit, NULL) && *ret_limit > 0))
    return TRUE;
  return vz_fail (
    error, VZ_ERROR_INVALID_ARGUMENT,
    "--limit-rate: '%s' found, must be bytes per second such as 10M (K, M, G are powers of 1024)",
    arg_limit_rate);
}

/* Before any catalog is queried. */
static gboolean
check_output (GError **error)
{
  if (arg_output != NULL && g_file_test (arg_output, G_FILE_TEST_EXISTS))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists and will not be overwritten",
                    arg_output);
  return vz_check_destination (arg_output != NULL ? arg_output : "restore.ipsw", FALSE, 0, 0, 0,
                               error);
}

static gboolean
check_taken (const char *destination, GError **error)
{
  return !g_file_test (destination, G_FILE_TEST_EXISTS) ||
         vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists and will not be overwritten",
                  destination);
}

static gboolean
fetch_image (Fetch *work, VzTool *tool, const InstallSource *source, char **ret_destination,
             GError **error)
{
  const char *text = source->text != NULL ? source->text : "latest";
  g_auto (ImageArgument) image = { NULL, NULL };
  g_autofree char *name = NULL, *destination = NULL;

  if (!image_argument_resolve (tool, text, arg_catalog, &image, error))
    {
      install_source_explain_unknown (source, error);
      return FALSE;
    }
  if (install_proof_get_option (&arg_proof) != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: is for disk images, and '%s' is not one",
                    install_proof_get_option (&arg_proof), text);
  name = name_file (&image);
  destination = g_canonicalize_filename (arg_output != NULL ? arg_output : name, NULL);
  work->argument = &image;
  work->destination = destination;
  if (!check_taken (destination, error))
    return FALSE;
  tool_hold_signals (tool);
  if (!tool_wait (tool, fetch, work, work->progress, error))
    return FALSE;
  *ret_destination = g_steal_pointer (&destination);
  return TRUE;
}

typedef struct {
  const InstallSource *source;
  Fetch *work;
} FetchDisk;

static gboolean
fetch_verified (gpointer data, GCancellable *cancellable, GError **error)
{
  FetchDisk *self = data;

  return vz_disk_proof_download (self->source->proof, self->source->location,
                                 self->work->destination, self->work->rate_limit,
                                 self->work->progress, cancellable, error);
}

/* The disk image of a system, or one at an address. */
static gboolean
fetch_disk (Fetch *work, VzTool *tool, InstallSource *source, char **ret_destination,
            GError **error)
{
  FetchDisk disk = { source, work };
  g_autofree char *name = NULL, *destination = NULL;

  if (!disk_argument_is_remote (source->location))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is a local file; 'vz install' takes it",
                    source->location);
  name = name_from_url (source->location);
  destination = g_canonicalize_filename (arg_output != NULL ? arg_output : name, NULL);
  work->destination = destination;
  if (!check_taken (destination, error) || !install_source_set_proof (source, &arg_proof, error) ||
      !vz_disk_proof_check (source->proof, source->location, error))
    return FALSE;
  tool_hold_signals (tool);
  if (!tool_wait (tool, fetch_verified, &disk, work->progress, error))
    return FALSE;
  *ret_destination = g_steal_pointer (&destination);
  return TRUE;
}

/* If a single catalog is specified, it is for restore images. */
static gboolean
find_source (InstallSource *source, VzTool *tool, GError **error)
{
  source->text = tool->arguments[0];
  if (arg_catalog != NULL)
    return TRUE;
  if (!install_source_find (source, tool, tool->arguments[0], error))
    return FALSE;
  if (install_proof_get_option (&arg_proof) != NULL)
    install_source_take_for_disk (source);
  return TRUE;
}

static gboolean
run_fetch (VzTool *tool, GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_auto (InstallSource) source = { NULL };
  g_autofree char *destination = NULL;
  Fetch work = { NULL, NULL, 0, progress };

  if (!parse_limit (&work.rate_limit, error) || !check_output (error) ||
      !find_source (&source, tool, error))
    return FALSE;
  if (!(source.location != NULL ? fetch_disk (&work, tool, &source, &destination, error)
                                : fetch_image (&work, tool, &source, &destination, error)))
    {
      if (error != NULL)
        install_proof_name_option (*error);
      return FALSE;
    }
  if (!tool->json)
    tool_print ("%s\n", destination);
  tool_print_result (tool, "path", destination);
  return TRUE;
}

const VzCommand vz_command_image_fetch = {
  .name = "image fetch",
  .arguments = "[IMAGE|VERSION|URL]",
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .options = options,
  .run = run_fetch,
  .summary = "Fetches a restore image or a system's disk image; by default the newest that this "
             "host can run",
  .details = "An interrupted download is kept, and the same command resumes it.",
  .examples = { { "vz image fetch macos -o macOS.ipsw", "Fetches the newest macOS" },
                { "vz image fetch 15.5 --limit-rate 5M",
                  "Fetches a version, at 5 MB per second at most" },
                { "vz image fetch fedora -o fedora.qcow2",
                  "Fetches a system's disk image, and verifies it as vz install does" } },
};
