/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"
#include "tool/image/image-argument.h"
#include "tool/json.h"

typedef struct {
  VzRestoreImage *image;
  VzProgress *progress;
  VzVerification *found; /* owned */
} Verify;

static gboolean
verify (gpointer data, GCancellable *cancellable, GError **error)
{
  Verify *self = data;

  self->found = vz_verification_run (self->image, self->progress, cancellable, error);
  return self->found != NULL;
}

static const char *
state_name (VzFindingState state)
{
  GEnumClass *klass = g_type_class_ref (VZ_TYPE_FINDING_STATE); /* lives as long as the program */

  return g_enum_get_value (klass, (gint) state)->value_nick;
}

static void
print_finding_as_json (const VzFinding *finding)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  json_builder_begin_object (builder);
  tool_json_add_string (builder, "event", "finding");
  tool_json_add_string (builder, "state", state_name (finding->state));
  tool_json_add_string (builder, "component", finding->component);
  tool_json_add_strings (builder, "device-classes", (const char *const *) finding->device_classes);
  tool_json_add_string (builder, "path", finding->path);
  if (finding->chunk >= 0)
    tool_json_add_number (builder, "chunk", (guint64) finding->chunk);
  tool_json_add_string (builder, "expected", finding->expected);
  tool_json_add_string (builder, "found", finding->found);
  tool_json_add_string (builder, "message", finding->message);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

/* The good ones are only counted; each of the others gets a line. */
static void
print_finding (const VzFinding *finding)
{
  g_autofree char *text = NULL;

  if (finding->state == VZ_FINDING_GOOD)
    return;
  text = vz_finding_describe (finding);
  tool_print ("%s: %s\n",
              finding->state == VZ_FINDING_NOT_VERIFIED ? "not verified"
                                                        : state_name (finding->state),
              text);
}

static void
print_result (VzTool *tool, VzVerification *found)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  guint good = vz_verification_count (found, VZ_FINDING_GOOD);
  guint not_verified = vz_verification_count (found, VZ_FINDING_NOT_VERIFIED);
  guint members = vz_verification_get_n_members (found);

  if (!tool->json)
    {
      tool_print ("%s: %u files match their checksums, %u components match their digests",
                  tool->arguments[0], members, good);
      tool_print (not_verified > 0 ? "; %u components could not be verified\n" : "\n",
                  not_verified);
      return;
    }
  json_builder_begin_object (builder);
  tool_json_add_string (builder, "event", "result");
  tool_json_add_string (builder, "path", tool->arguments[0]);
  tool_json_add_number (builder, "members", members);
  tool_json_add_number (builder, "good", good);
  tool_json_add_number (builder, "not-verified", not_verified);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

static gboolean
fail_damaged (VzTool *tool, VzVerification *found, GError **error)
{
  guint bad = vz_verification_count (found, VZ_FINDING_BAD);
  guint missing = vz_verification_count (found, VZ_FINDING_MISSING);

  return vz_fail (error, bad > 0 ? VZ_ERROR_DIGEST_MISMATCH : VZ_ERROR_INVALID_RESTORE_IMAGE,
                  "'%s' is damaged: %u bad, %u missing", tool->arguments[0], bad, missing);
}

static VzRestoreImage *
open_local (VzTool *tool, GError **error)
{
  g_auto (ImageArgument) argument = { NULL, NULL };

  if (!image_argument_resolve (tool, tool->arguments[0], NULL, &argument, error))
    return NULL;
  if (!image_argument_is_local (&argument))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s' is not a local file; fetch it first, because all of it must be read",
                         tool->arguments[0]);
  return image_argument_open (&argument, tool->cancellable, error);
}

static gboolean
run_verify (VzTool *tool, GError **error)
{
  g_autoptr (VzRestoreImage) image = open_local (tool, error);
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (VzVerification) found = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  Verify work = { image, progress, NULL };

  if (image == NULL)
    return FALSE;
  vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_VERIFYING);
  if (!tool_wait (tool, verify, &work, progress, error))
    return FALSE;
  found = work.found;
  findings = vz_verification_list_findings (found);
  for (guint i = 0; i < findings->len; i++)
    (tool->json ? print_finding_as_json : print_finding) (findings->pdata[i]);
  if (!vz_verification_is_good (found, NULL))
    return fail_damaged (tool, found, error);
  print_result (tool, found);
  return TRUE;
}

const VzCommand vz_command_image_verify = {
  .name = "image verify",
  .arguments = "IMAGE",
  .min_arguments = 1,
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .run = run_verify,
  .summary = "Verifies all digests and checksums of a restore image",
  .details = "The exit code is 4 if something is damaged or missing.",
  .examples = { { "vz image verify macOS.ipsw", "Verifies a file" } },
};
