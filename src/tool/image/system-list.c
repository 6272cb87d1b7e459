/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/system-list.h"

#include "tool/json.h"
#include "tool/table.h"

typedef struct {
  const char *name;
  VzSystemCatalog *catalog;
} Load;

static gboolean
load (gpointer data, GCancellable *cancellable, GError **error)
{
  Load *self = data;

  self->catalog = vz_system_catalog_load (self->name, cancellable, error);
  return self->catalog != NULL;
}

VzSystemCatalog *
tool_load_systems (VzTool *tool, const char *name, GError **error)
{
  Load work = { name, NULL };
  const char *const *notes;

  if (!tool_wait (tool, load, &work, NULL, error))
    return NULL;
  notes = vz_system_catalog_get_notes (work.catalog);
  for (guint i = 0; notes[i] != NULL; i++)
    tool_say ("vz: %s", notes[i]);
  return work.catalog;
}

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  if (text != NULL)
    tool_json_add_string (builder, name, text);
}

void
system_list_add_json (JsonBuilder *builder, const VzSystem *system)
{
  g_autofree char *full_name = vz_system_dup_full_name (system);

  tool_json_add_string (builder, "system", full_name);
  tool_json_add_string (builder, "name", system->name);
  add_text (builder, "version", system->version);
  tool_json_add_string (builder, "title", system->title);
  tool_json_add_string (builder, "architecture", system->architecture);
  tool_json_add_string (builder, "source", system->source);
  tool_json_add_string (builder, "url", system->url);
  add_text (builder, "checksums", system->checksums);
  add_text (builder, "signature", system->signature);
  json_builder_set_member_name (builder, "can-check-signature");
  json_builder_add_boolean_value (builder, vz_system_can_check_signature (system));
  tool_json_add_number (builder, "minimum-cpu-count", system->minimum_cpu_count);
  tool_json_add_number (builder, "minimum-memory-size", system->minimum_memory_size);
  tool_json_add_number (builder, "minimum-disk-size", system->minimum_disk_size);
}

static void
print_json (const VzSystem *system)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  json_builder_begin_object (builder);
  system_list_add_json (builder, system);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

const char *
system_list_judge (const VzSystem *system)
{
  if (vz_system_can_check_signature (system))
    return "signature";
  if (system->signature != NULL || system->is_clear_signed)
    return "signature, no key";
  return system->checksums != NULL ? "checksum alone" : "nothing";
}

static char *
dup_size (guint64 bytes)
{
  return bytes != 0 ? vz_size_format (bytes) : g_strdup ("-");
}

enum { NAME, TITLE, MEMORY, DISK, VERIFIED, SOURCE, N_COLUMNS };

static char **
make_row (const VzSystem *system)
{
  char **row = g_new0 (char *, N_COLUMNS + 1);

  row[NAME] = vz_system_dup_full_name (system);
  row[TITLE] = g_strdup (system->title);
  row[MEMORY] = dup_size (system->minimum_memory_size);
  row[DISK] = dup_size (system->minimum_disk_size);
  row[VERIFIED] = g_strdup (system_list_judge (system));
  row[SOURCE] = g_path_get_basename (system->source);
  return row;
}

static void
print_table (GPtrArray *systems)
{
  static const char *const head[] = { "NAME",        "SYSTEM", "MEMORY", "DISK",
                                      "VERIFIED BY", "SOURCE", NULL };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  g_ptr_array_add (rows, g_strdupv ((char **) head));
  for (guint i = 0; i < systems->len; i++)
    g_ptr_array_add (rows, make_row (g_ptr_array_index (systems, i)));
  table_print (rows, "llrrll");
}

gboolean
system_list_print (VzTool *tool, GError **error)
{
  g_autoptr (VzSystemCatalog) catalog = tool_load_systems (tool, NULL, error);
  g_autoptr (GPtrArray) systems = NULL;

  if (catalog == NULL)
    return FALSE;
  systems = vz_system_catalog_list_systems (catalog);
  for (guint i = 0; tool->json && i < systems->len; i++)
    print_json (g_ptr_array_index (systems, i));
  if (!tool->json)
    print_table (systems);
  return TRUE;
}
