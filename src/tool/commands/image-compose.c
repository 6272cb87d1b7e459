/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"
#include <stdio.h>

static char *arg_distribution;
static char *arg_suite;
static char *arg_architecture;
static char *arg_packages;
static gboolean arg_desktop;
static char **arg_copy;
static char *arg_run;
static char *arg_from;
static char *arg_name;
static char *arg_release;
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
  { "packages", 0, 0, G_OPTION_ARG_STRING, &arg_packages,
    "Additional packages, separated by commas", "LIST" },
  { "desktop", 0, 0, G_OPTION_ARG_NONE, &arg_desktop,
    "Add a light desktop, Xfce, which logs the machine's user in by itself", NULL },
  { "copy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arg_copy,
    "Copy a file or folder of this host into the guest; may be repeated", "FILE:PATH" },
  { "run", 0, 0, G_OPTION_ARG_FILENAME, &arg_run,
    "Program to run inside the guest's files as its root, with network access", "SCRIPT" },
  { "from", 0, 0, G_OPTION_ARG_FILENAME, &arg_from,
    "Make the image from a disk image instead, such as a qcow2", "DISK" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &arg_name,
    "With --from: name of its system (from the file's name)", "NAME" },
  { "release", 0, 0, G_OPTION_ARG_STRING, &arg_release, "With --from: version of its system (1)",
    "VERSION" },
  { "mirror", 0, 0, G_OPTION_ARG_STRING, &arg_mirror, "Archive to fetch from (the distribution's)",
    "URL" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &arg_output,
    "File to write (named after system and version)", "FILE" },
  { "log", 0, 0, G_OPTION_ARG_FILENAME, &arg_log, "File for mmdebstrap's output", "FILE" },
  { "no-cache", 0, 0, G_OPTION_ARG_NONE, &arg_no_cache,
    "Compose again even if the cache has the image", NULL },
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

/* Options that apply to only one kind of image. */
static gboolean
check_kind (GError **error)
{
  const struct {
    const char *option;
    gboolean given, of_disk;
  } options_of[] = {
    { "--distribution", arg_distribution != NULL, FALSE },
    { "--suite", arg_suite != NULL, FALSE },
    { "--architecture", arg_architecture != NULL, FALSE },
    { "--packages", arg_packages != NULL, FALSE },
    { "--desktop", arg_desktop, FALSE },
    { "--copy", arg_copy != NULL, FALSE },
    { "--run", arg_run != NULL, FALSE },
    { "--mirror", arg_mirror != NULL, FALSE },
    { "--log", arg_log != NULL, FALSE },
    { "--no-cache", arg_no_cache, FALSE },
    { "--name", arg_name != NULL, TRUE },
    { "--release", arg_release != NULL, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (options_of); i++)
    if (options_of[i].given && options_of[i].of_disk != (arg_from != NULL))
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: %s --from", options_of[i].option,
                      arg_from != NULL ? "cannot be combined with" : "is only for");
  return TRUE;
}

static void
set_disk (VzComposeRequest *request)
{
  if (arg_from != NULL)
    vz_compose_request_set_disk (request, arg_from);
  if (arg_name != NULL)
    vz_compose_request_set_system_name (request, arg_name);
  if (arg_release != NULL)
    vz_compose_request_set_system_version (request, arg_release);
}

static VzComposeRequest *
make_request (GError **error)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();

  if (!check_kind (error) || !set_copies (request, error))
    return NULL;
  set_disk (request);
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
  vz_compose_request_set_desktop (request, arg_desktop);
  if (arg_mirror != NULL)
    vz_compose_request_set_mirror (request, arg_mirror);
  if (arg_log != NULL)
    vz_compose_request_set_log_path (request, arg_log);
  vz_compose_request_set_use_cache (request, !arg_no_cache);
  return g_steal_pointer (&request);
}

static char *
dup_destination (VzComposeRequest *request)
{
  g_autofree char *name = vz_compose_request_dup_file_name (request);

  return g_canonicalize_filename (arg_output != NULL ? arg_output : name, NULL);
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
  destination = dup_destination (request);
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
  .name = "image compose",
  .arguments = "",
  .flags = VZ_COMMAND_JSON,
  .options = options,
  .run = run_compose,
  .summary = "Composes a restore image from a signed archive or a disk image",
  .details = "Composing does not need root. The same archive and the same request yield the same "
             "image. The script runs last, after packages and copies are in place. If it fails, "
             "composing fails too, and the message has its exit code. With --from, DISK may be any "
             "disk image that vz-install(1) takes.",
  .examples = { { "vz image compose --output debian.ipsw", "Composes Debian stable" },
                { "vz image compose --suite testing --packages nginx,git",
                  "Composes another suite, with more packages" },
                { "vz image compose --desktop --packages firefox-esr",
                  "Composes a desktop with a browser, to look at with 'vz run --display web'" },
                { "vz image compose --copy motd:/etc/motd --copy site:/srv/ --run setup.sh",
                  "Adds files, and runs a script" },
                { "vz image compose --from cloud.qcow2",
                  "Makes a restore image from a disk image" },
                { "vz image compose --distribution ubuntu --suite noble",
                  "Composes Ubuntu, if this host has its archive keys" } },
};
