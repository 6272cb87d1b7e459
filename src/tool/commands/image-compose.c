/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"

#include <stdio.h>

#include "foundation/vz-fail.h"

static char *arg_distribution;
static char *arg_suite;
static char *arg_architecture;
static char *arg_packages;
static char **arg_copy;
static char *arg_run;
static char *arg_mirror;
static char *arg_output;
static char *arg_log;
static gboolean arg_no_cache;

static const GOptionEntry options[] = {
  { "distribution", 0, 0, G_OPTION_ARG_STRING, &arg_distribution, "debian or ubuntu (debian)",
    "NAME" },
  { "suite", 0, 0, G_OPTION_ARG_STRING, &arg_suite, "Its release (stable)", "SUITE" },
  { "architecture", 0, 0, G_OPTION_ARG_STRING, &arg_architecture, "x86_64 or aarch64 (the host's)",
    "ARCH" },
  { "packages", 0, 0, G_OPTION_ARG_STRING, &arg_packages, "Further packages, separated by commas",
    "LIST" },
  { "copy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arg_copy,
    "Copy a file or folder of this host into the guest; may be repeated", "FILE:PATH" },
  { "run", 0, 0, G_OPTION_ARG_FILENAME, &arg_run,
    "Program to run in the guest's files as its root, with the network", "SCRIPT" },
  { "mirror", 0, 0, G_OPTION_ARG_STRING, &arg_mirror,
    "Archive to fetch from (the distribution's own)", "URL" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &arg_output,
    "File to write (named after system and version)", "FILE" },
  { "log", 0, 0, G_OPTION_ARG_FILENAME, &arg_log, "File for mmdebstrap's output", "FILE" },
  { "no-cache", 0, 0, G_OPTION_ARG_NONE, &arg_no_cache,
    "Compose anew even if the cache has the image", NULL },
  G_OPTION_ENTRY_NULL,
};

static gboolean
set_copies (VzComposeRequest *request, GError **error)
{
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func (g_object_unref);

  for (char **text = arg_copy; text != NULL && *text != NULL; text++)
    {
      VzComposeCopy *copy = vz_compose_copy_new_from_string (*text, error);

      if (copy == NULL)
        return vz_fail_prefix (error, "--copy: ");
      g_ptr_array_add (copies, copy);
    }
  vz_compose_request_set_copies (request, copies);
  return TRUE;
}

static VzComposeRequest *
make_request (GError **error)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();

  if (!set_copies (request, error))
    return NULL;
  if (arg_run != NULL)
    vz_compose_request_set_script (request, arg_run);
  if (arg_distribution != NULL)
    vz_compose_request_set_distribution (request, arg_distribution);
  if (arg_suite != NULL)
    vz_compose_request_set_suite (request, arg_suite);
  if (arg_architecture != NULL)
    vz_compose_request_set_architecture (request, arg_architecture);
  if (arg_packages != NULL)
    vz_compose_request_set_packages (request, arg_packages);
  if (arg_mirror != NULL)
    vz_compose_request_set_mirror (request, arg_mirror);
  if (arg_log != NULL)
    vz_compose_request_set_log_path (request, arg_log);
  vz_compose_request_set_use_cache (request, !arg_no_cache);
  return g_steal_pointer (&request);
}

/* Of the file's name, where none is given. */
static const char *
get_prefix (VzComposeRequest *request)
{
  return g_str_equal (vz_compose_request_get_distribution (request), "ubuntu") ? "Ubuntu"
                                                                               : "Debian";
}

typedef struct {
  VzComposeRequest *request;
  const char *destination;
  VzProgress *progress;
} Compose;

static gboolean
compose (gpointer data, GCancellable *cancellable, GError **error)
{
  Compose *self = data;

  return vz_compose_image (self->request, self->destination, self->progress, cancellable, error);
}

static gboolean
run_compose (VzTool *tool, GError **error)
{
  g_autoptr (VzComposeRequest) request = make_request (error);
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autofree char *destination = NULL;
  Compose work;

  if (request == NULL)
    return FALSE;
  destination = arg_output != NULL
                  ? g_canonicalize_filename (arg_output, NULL)
                  : g_strdup_printf ("%s/%s_%s_%s.ipsw", g_get_current_dir (), get_prefix (request),
                                     vz_compose_request_get_suite (request),
                                     vz_compose_request_get_architecture (request));
  if (g_file_test (destination, G_FILE_TEST_EXISTS))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists and will not be overwritten",
                    destination);
  if (!vz_config_validate (VZ_CONFIG (request), error) ||
      !vz_check_destination (destination, FALSE, 0, 0, 0, error))
    return FALSE;
  work = (Compose){ request, destination, progress };
  tool_hold_signals (tool);
  if (!tool_wait (tool, compose, &work, progress, error))
    return FALSE;
  if (*vz_compose_request_get_note (request) != '\0')
    tool_say ("vz: %s", vz_compose_request_get_note (request));
  if (!tool->json)
    tool_print ("%s\n", destination);
  tool_print_result (tool, "path", destination);
  return TRUE;
}

const VzCommand vz_command_image_compose = {
  "image compose", "",      0,           0,
  VZ_COMMAND_JSON, options, run_compose, "Composes a restore image from a signed archive",
};
