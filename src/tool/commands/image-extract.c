/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/image-argument.h"
#include "tool/json.h"
#include "tool/vz-tool.h"

static char *arg_directory;

static const GOptionEntry options[] = {
  { "directory", 'd', 0, G_OPTION_ARG_FILENAME, &arg_directory,
    "Folder to extract to (the current one)", "DIR" },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  const ImageArgument *argument;
  const char *const *names;
  const char *directory;
  VzProgress *progress;
  GPtrArray *files; /* owned */
} Extract;

static gboolean
extract (gpointer data, GCancellable *cancellable, GError **error)
{
  Extract *self = data;
  g_autoptr (VzRestoreImage) image = image_argument_open (self->argument, cancellable, error);

  if (image != NULL)
    self->files = vz_restore_image_extract (image, self->names, self->directory, self->progress,
                                            cancellable, error);
  return self->files != NULL;
}

static void
print_file_as_json (const VzExtractedFile *file)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  json_builder_begin_object (builder);
  tool_json_add_string (builder, "event", "file");
  tool_json_add_string (builder, "name", file->name);
  tool_json_add_string (builder, "path", file->path);
  tool_json_add_number (builder, "size", file->size);
  json_builder_set_member_name (builder, "is-verified");
  json_builder_add_boolean_value (builder, file->is_verified);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

static void
print_file (const VzExtractedFile *file)
{
  g_autofree char *size = g_format_size_full (file->size, G_FORMAT_SIZE_IEC_UNITS);

  tool_print ("%s: %s, %s\n", file->path, size,
              file->is_verified ? "has its digest"
                                : "not verified: has its checksum, but no digest proves it");
}

static gboolean
run_extract (VzTool *tool, GError **error)
{
  g_auto (ImageArgument) argument = { NULL, NULL };
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (GPtrArray) files = NULL;
  Extract work = { .argument = &argument,
                   .names = (const char *const *) tool->arguments + 1,
                   .directory = arg_directory != NULL ? arg_directory : ".",
                   .progress = progress };

  if (!vz_check_destination (work.directory, TRUE, 0, 0, 0, error) ||
      !image_argument_resolve (tool, tool->arguments[0], NULL, &argument, error))
    return FALSE;
  vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_EXTRACTING);
  tool_hold_signals (tool);
  if (!tool_wait (tool, extract, &work, progress, error))
    return FALSE;
  files = work.files;
  for (guint i = 0; i < files->len; i++)
    (tool->json ? print_file_as_json : print_file) (files->pdata[i]);
  tool_print_result (tool, "directory", work.directory);
  return TRUE;
}

const VzCommand vz_command_image_extract = {
  .name = "image extract",
  .arguments = "IMAGE COMPONENT|MEMBER...",
  .min_arguments = 2,
  .max_arguments = G_MAXUINT,
  .flags = VZ_COMMAND_JSON | VZ_COMMAND_EMPTY,
  .options = options,
  .run = run_extract,
  .summary =
    "Extracts components or files from a restore image; fetches only those if it is on a server",
  .details = "Name a component as vz image inspect prints it, and a file by its path in the image.",
  .examples = { { "vz image extract macOS.ipsw KernelCache", "Extracts a component" },
                { "vz image extract macos@15.5 BuildManifest.plist --directory here",
                  "Fetches one file from an image on a server" } },
};
