/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/image-argument.h"
#include "tool/image/system-list.h"
#include "tool/json.h"
#include "tool/table.h"
#include "tool/vz-tool.h"

#include <stdio.h>
#include <string.h>

#include "foundation/vz-fail.h"

static char *arg_product;
static gboolean arg_all;
static char *arg_catalog;
static gboolean arg_systems;

static const GOptionEntry options[] = {
  { "product", 0, 0, G_OPTION_ARG_STRING, &arg_product,
    "Only images for this product; '*' and '?' are wildcards", "PRODUCT" },
  { "all", 0, 0, G_OPTION_ARG_NONE, &arg_all, "Real Macs as well, not only virtual machines",
    NULL },
  { "catalog", 0, 0, G_OPTION_ARG_FILENAME, &arg_catalog,
    "Use this catalog instead of those configured", "FILE|URL" },
  { "systems", 0, 0, G_OPTION_ARG_NONE, &arg_systems,
    "Only systems that can be installed by name, without using the network", NULL },
  G_OPTION_ENTRY_NULL,
};

static gboolean
is_wanted (const VzCatalogEntry *entry)
{
  if (arg_product != NULL)
    return g_pattern_match_simple (arg_product, entry->product);
  return arg_all || vz_catalog_entry_is_for_virtual_machines (entry);
}

static void
print_json (const VzCatalogEntry *entry)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  json_builder_begin_object (builder);
  tool_json_add_string (builder, "product", entry->product);
  tool_json_add_string (builder, "product-version", entry->product_version);
  tool_json_add_string (builder, "build-version", entry->build_version);
  tool_json_add_string (builder, "url", entry->url);
  if (entry->sha1 != NULL)
    tool_json_add_string (builder, "sha1", entry->sha1);
  if (entry->sha256 != NULL)
    tool_json_add_string (builder, "sha256", entry->sha256);
  if (entry->size != 0)
    tool_json_add_number (builder, "size", entry->size);
  json_builder_set_member_name (builder, "is-supported");
  json_builder_add_boolean_value (builder, vz_catalog_entry_is_supported (entry));
  tool_json_add_strings (builder, "unsupported-reasons",
                         (const char *const *) entry->unsupported_reasons);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

/* Reasons are long and shared by many images: the table has their numbers, and they follow below
 * it. */
static char *
make_verdict (const VzCatalogEntry *entry, GPtrArray *reasons)
{
  g_autoptr (GString) text = g_string_new (vz_catalog_entry_is_supported (entry) ? "yes" : "no");

  for (guint i = 0; entry->unsupported_reasons[i] != NULL; i++)
    {
      guint number = 0;

      if (!g_ptr_array_find_with_equal_func (reasons, entry->unsupported_reasons[i], g_str_equal,
                                             &number))
        {
          number = reasons->len;
          g_ptr_array_add (reasons, entry->unsupported_reasons[i]);
        }
      g_string_append_printf (text, " [%u]", number + 1);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

enum { PRODUCT, VERSION, BUILD, SIZE, SUPPORTED, N_COLUMNS };

static char **
make_row (const VzCatalogEntry *entry, GPtrArray *reasons)
{
  char **row = g_new0 (char *, N_COLUMNS + 1);

  row[PRODUCT] = g_strdup (entry->product);
  row[VERSION] = g_strdup (entry->product_version);
  row[BUILD] = g_strdup (entry->build_version);
  row[SIZE] = entry->size != 0 ? g_format_size_full (entry->size, G_FORMAT_SIZE_IEC_UNITS)
                               : g_strdup ("-");
  row[SUPPORTED] = make_verdict (entry, reasons);
  return row;
}

static void
print_table (GPtrArray *entries)
{
  static const char *const head[] = {
    "PRODUCT", "VERSION", "BUILD", "SIZE", "SUPPORTED HERE", NULL
  };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GPtrArray) reasons = g_ptr_array_new ();

  g_ptr_array_add (rows, g_strdupv ((char **) head));
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (rows, make_row (g_ptr_array_index (entries, i), reasons));
  table_print (rows, "lllrl");
  for (guint i = 0; i < reasons->len; i++)
    tool_print ("[%u] %s\n", i + 1, (const char *) reasons->pdata[i]);
}

static gboolean
list_images (VzTool *tool, GError **error)
{
  gboolean pattern = arg_product != NULL && strpbrk (arg_product, "*?") != NULL;
  g_autoptr (VzCatalog)
    catalog = tool_load_catalog (tool, arg_catalog, pattern ? NULL : arg_product, error);
  g_autoptr (GPtrArray) entries = NULL;

  if (catalog == NULL)
    return FALSE;
  entries = vz_catalog_list_entries (catalog);
  for (guint i = entries->len; i-- > 0;)
    if (!is_wanted (g_ptr_array_index (entries, i)))
      g_ptr_array_remove_index (entries, i);
  if (entries->len == 0)
    return vz_fail (error, VZ_ERROR_NOT_FOUND,
                    "there is no image for %s; --all lists every product",
                    arg_product != NULL ? arg_product : "virtual machines");
  for (guint i = 0; tool->json && i < entries->len; i++)
    print_json (g_ptr_array_index (entries, i));
  if (!tool->json)
    print_table (entries);
  return TRUE;
}

static gboolean
run_image_list (VzTool *tool, GError **error)
{
  gboolean narrowed = arg_product != NULL || arg_all || arg_catalog != NULL;

  if (arg_systems && narrowed)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--systems: cannot be combined with --product, --all or --catalog, which are "
                    "for restore images");
  if (!arg_systems && !list_images (tool, error))
    return FALSE;
  if (narrowed)
    return TRUE;
  if (!arg_systems && !tool->json)
    tool_print ("\n");
  return system_list_print (tool, error);
}

const VzCommand vz_command_image_list = {
  .name = "image list",
  .arguments = "",
  .flags = VZ_COMMAND_JSON,
  .options = options,
  .run = run_image_list,
  .summary = "Lists what can be installed: restore images for Linux and macOS, and systems by name",
  .examples = { { "vz image list", "Lists what can be installed or fetched" },
                { "vz image list --product 'VirtualMac*' --json",
                  "Lists the images for virtual Macs, in a form for programs" },
                { "vz image list --systems", "Lists the systems that can be installed by name" } },
};
