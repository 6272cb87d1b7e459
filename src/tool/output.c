/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <stdarg.h>
#include <stdio.h>

#include "foundation/vz-fail.h"

VzExit
vz_exit_for_error (const GError *error)
{
  static const struct {
    VzError code;
    VzExit exit_code;
  } rows[] = {
    { VZ_ERROR_INVALID_ARGUMENT, VZ_EXIT_USAGE },
    { VZ_ERROR_NOT_SUPPORTED, VZ_EXIT_HOST },
    { VZ_ERROR_OUT_OF_DISK_SPACE, VZ_EXIT_HOST },
    { VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG, VZ_EXIT_HOST },
    { VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION, VZ_EXIT_INVALID },
    { VZ_ERROR_INVALID_DISK_IMAGE, VZ_EXIT_INVALID },
    { VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG, VZ_EXIT_INVALID },
    { VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, VZ_EXIT_INVALID },
    { VZ_ERROR_INVALID_RESTORE_IMAGE, VZ_EXIT_INVALID },
    { VZ_ERROR_INVALID_BUNDLE, VZ_EXIT_INVALID },
    { VZ_ERROR_DIGEST_MISMATCH, VZ_EXIT_INVALID },
    { VZ_ERROR_NOT_FOUND, VZ_EXIT_NOT_FOUND },
    { VZ_ERROR_BUSY, VZ_EXIT_BUSY },
  };

  if (vz_error_is_cancelled (error))
    return VZ_EXIT_INTERRUPTED;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_error_matches (error, VZ_ERROR, (gint) rows[i].code))
      return rows[i].exit_code;
  return VZ_EXIT_FAILED;
}

void
tool_print_json (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  printf ("%s\n", text);
  fflush (stdout);
}

void
tool_print_error (VzTool *tool, const GError *error)
{
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_auto (GStrv) lines = NULL;

  lines = g_strsplit (error->message, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) /* each problem of a validation has its line */
    fprintf (stderr, "vz: %s\n", lines[i]);
  if (!tool->json)
    return;
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, "error");
  json_builder_set_member_name (builder, "domain");
  json_builder_add_string_value (builder, g_quark_to_string (error->domain));
  json_builder_set_member_name (builder, "code");
  json_builder_add_int_value (builder, error->code);
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, error->message);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

void
tool_say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vfprintf (stderr, format, args);
  va_end (args);
  fputc ('\n', stderr);
}

/* The last line of a command with progress: {"event":"result","bundle":"..."} */
void
tool_print_result (VzTool *tool, const char *key, const char *value)
{
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!tool->json)
    return;
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, "result");
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}
