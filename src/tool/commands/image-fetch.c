/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"

#include <stdio.h>
#include <string.h>

#include "foundation/vz-fail.h"
#include "tool/image/image-argument.h"

#define NAME_BYTES 200

static char *arg_output;
static char *arg_limit_rate;
static char *arg_catalog;

static const GOptionEntry options[] = {
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &arg_output, "File to write (named as in the address)",
    "FILE" },
  { "limit-rate", 0, 0, G_OPTION_ARG_STRING, &arg_limit_rate,
    "Limit in bytes per second, such as 10M", "SIZE" },
  { "catalog", 0, 0, G_OPTION_ARG_STRING, &arg_catalog, "Look only in this catalog", "FILE|URL" },
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

/* What stands in an address may be anything; a name that every file system and shell takes is made
 * of it. */
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
    "--limit-rate: '%s' found, must be bytes a second such as 10M (K, M, G are powers of 1024)",
    arg_limit_rate);
}

/* Before any catalog is asked. */
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
run_fetch (VzTool *tool, GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_auto (ImageArgument) image = { NULL, NULL };
  g_autofree char *name = NULL, *destination = NULL;
  const char *text = tool->arguments[0] != NULL ? tool->arguments[0] : "latest";
  Fetch work = { &image, NULL, 0, progress };

  if (!parse_limit (&work.rate_limit, error) || !check_output (error) ||
      !image_argument_resolve (tool, text, arg_catalog, &image, error))
    return FALSE;
  name = name_file (&image);
  destination = g_canonicalize_filename (arg_output != NULL ? arg_output : name, NULL);
  work.destination = destination;
  if (g_file_test (destination, G_FILE_TEST_EXISTS))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists and will not be overwritten",
                    destination);
  tool_hold_signals (tool);
  if (!tool_wait (tool, fetch, &work, progress, error))
    return FALSE;
  if (!tool->json)
    tool_print ("%s\n", destination);
  tool_print_result (tool, "path", destination);
  return TRUE;
}

const VzCommand vz_command_image_fetch = {
  "image fetch",
  "[IMAGE|VERSION|URL]",
  0,
  1,
  VZ_COMMAND_JSON,
  options,
  run_fetch,
  "Fetches a restore image; by default the newest that this host can run",
};
