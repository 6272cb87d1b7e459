/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"

#include <stdio.h>

#include "foundation/vz-fail.h"

static char *arg_suite;
static char *arg_architecture;
static char *arg_packages;
static char *arg_mirror;
static char *arg_output;
static char *arg_log;
static gboolean arg_no_cache;

static const GOptionEntry options[] = {
  { "suite", 0, 0, G_OPTION_ARG_STRING, &arg_suite, "Debian suite (stable)", "SUITE" },
  { "architecture", 0, 0, G_OPTION_ARG_STRING, &arg_architecture, "x86_64 or aarch64 (the host's)",
    "ARCH" },
  { "packages", 0, 0, G_OPTION_ARG_STRING, &arg_packages, "Further packages, separated by commas",
    "LIST" },
  { "mirror", 0, 0, G_OPTION_ARG_STRING, &arg_mirror, "Archive to fetch from (Debian's)", "URL" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &arg_output,
    "File to write (named after system and version)", "FILE" },
  { "log", 0, 0, G_OPTION_ARG_FILENAME, &arg_log, "File for mmdebstrap's output", "FILE" },
  { "no-cache", 0, 0, G_OPTION_ARG_NONE, &arg_no_cache,
    "Compose anew even if the cache has the image", NULL },
  G_OPTION_ENTRY_NULL,
};

static VzComposeRequest *
make_request (void)
{
  VzComposeRequest *request = vz_compose_request_new ();

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
  return request;
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
  g_autoptr (VzComposeRequest) request = make_request ();
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autofree char *destination = NULL;
  Compose work;

  destination = arg_output != NULL
                  ? g_canonicalize_filename (arg_output, NULL)
                  : g_strdup_printf ("%s/Debian_%s_%s.ipsw", g_get_current_dir (),
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
  VZ_COMMAND_JSON, options, run_compose, "Composes a restore image from Debian's signed archive",
};
