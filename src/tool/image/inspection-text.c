/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/inspection.h"
#include "tool/table.h"

#include <string.h>

#define PRODUCTS_SHOWN 4
#define DIGEST_SHOWN 16 /* digits; the JSON has all of them */

static char *
format_size (guint64 size)
{
  return g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);
}

static void
add_row (GPtrArray *rows, const char *const *texts)
{
  g_ptr_array_add (rows, g_strdupv ((GStrv) texts));
}

static const char *
or_dash (const char *text)
{
  return text != NULL ? text : "-";
}

/* The virtual machines first, so that they are easy to find among fifty Macs. */
static void
print_products (VzRestoreImage *image)
{
  const char *const *products = vz_restore_image_get_supported_product_types (image);
  guint count = g_strv_length ((GStrv) products), shown = 0;

  tool_print ("for: ");
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < count && shown < PRODUCTS_SHOWN; i++)
      if (g_str_has_prefix (products[i], "Virtual") == (pass == 0))
        tool_print ("%s%s", shown++ > 0 ? ", " : "", products[i]);
  if (count > shown)
    tool_print (" and %u more", count - shown);
  tool_print ("\n");
}

static void
print_summary (const Inspection *self)
{
  VzRestoreImage *image = self->image;
  const char *const *reasons = vz_restore_image_get_unsupported_reasons (image);
  g_autofree char *size = format_size (vz_restore_image_get_size (image));
  g_autofree char *unpacked = format_size (vz_restore_image_get_unpacked_size (image));
  guint64 disk_size = inspection_get_disk_size (self);

  tool_print ("%s %s (%s), %s, unpacked %s\n",
              or_dash (vz_restore_image_get_operating_system (image)),
              vz_restore_image_get_operating_system_version (image),
              vz_restore_image_get_build_version (image), size, unpacked);
  print_products (image);
  if (disk_size > 0)
    {
      g_autofree char *disk = format_size (disk_size);

      tool_print ("needs a disk of: %s\n", disk);
    }
  tool_print ("supported here: %s\n", vz_restore_image_is_supported (image) ? "yes" : "no");
  for (guint i = 0; reasons != NULL && reasons[i] != NULL; i++)
    tool_print ("  %s\n", reasons[i]);
}

static void
print_requirements (const Inspection *self)
{
  static const char *const head[] = { "REQUIREMENTS OF", "VARIANT",        "CPUS",
                                      "MEMORY",          "HARDWARE MODEL", NULL };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  if (self->requirements->len == 0)
    return;
  add_row (rows, head);
  for (guint i = 0; i < self->requirements->len; i++)
    {
      VzConfigurationRequirements *needs = self->requirements->pdata[i];
      VzHardwareModel *model = vz_configuration_requirements_get_hardware_model (needs);
      g_autofree char *cpus =
        g_strdup_printf ("%u",
                         vz_configuration_requirements_get_minimum_supported_cpu_count (needs));
      g_autofree char *memory =
        format_size (vz_configuration_requirements_get_minimum_supported_memory_size (needs));
      g_autofree char *board = model != NULL ? vz_hardware_model_describe (model)
                                             : g_strdup ("not known to vz");
      const char *row[] = { vz_configuration_requirements_get_device_class (needs),
                            or_dash (vz_configuration_requirements_get_variant (needs)),
                            cpus,
                            memory,
                            board,
                            NULL };

      add_row (rows, row);
    }
  tool_print ("\n");
  table_print (rows, "llrrl");
}

static void
print_identities (const Inspection *self)
{
  static const char *const head[] = { "BOARD",   "PRODUCT",  "CHIP", "NUMBER",
                                      "VARIANT", "BEHAVIOR", NULL };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  add_row (rows, head);
  for (guint i = 0; i < self->identities->len; i++)
    {
      const VzBuildIdentity *identity = self->identities->pdata[i];
      g_autofree char *chip = identity->chip_id != 0 ? g_strdup_printf ("0x%X", identity->chip_id)
                                                     : NULL;
      g_autofree char *board =
        identity->chip_id != 0 ? g_strdup_printf ("0x%02X", identity->board_id) : NULL;
      const char *row[] = { identity->device_class,
                            or_dash (identity->product_type),
                            or_dash (chip),
                            or_dash (board),
                            or_dash (identity->variant),
                            or_dash (identity->restore_behavior),
                            NULL };

      add_row (rows, row);
    }
  tool_print ("\n");
  table_print (rows, "llrrll");
  if (self->n_left_out > 0)
    tool_print ("and %u that are not for virtual machines (--all shows them)\n", self->n_left_out);
}

/* The identities of one board share most components: each is shown once. */
static gboolean
is_new (GHashTable *seen, const VzComponent *component)
{
  return g_hash_table_add (seen, g_strdup_printf ("%s\n%s\n%s\n%s", component->device_class,
                                                  component->name, or_dash (component->path),
                                                  or_dash (component->digest)));
}

static void
add_component (GPtrArray *rows, const VzComponent *component)
{
  g_autofree char *size = format_size (component->size);
  g_autofree char *packed = format_size (component->packed_size);
  g_autofree char *digest = NULL;
  const char *path = or_dash (component->path);
  const char *encoding = or_dash (vz_component_get_encoding (component));

  if (component->digest != NULL && strlen (component->digest) > DIGEST_SHOWN)
    digest = g_strdup_printf ("%.*s…", DIGEST_SHOWN, component->digest);
  {
    const char *row[] = { component->name,
                          component->device_class,
                          component->is_present ? size : "missing",
                          component->is_present ? packed : "-",
                          encoding,
                          or_dash (digest),
                          path,
                          NULL };

    add_row (rows, row);
  }
}

static void
print_components (const Inspection *self)
{
  static const char *const head[] = { "COMPONENT", "BOARD",  "SIZE", "IN THE IMAGE",
                                      "ENCODING",  "DIGEST", "PATH", NULL };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  add_row (rows, head);
  for (guint i = 0; i < self->identities->len; i++)
    {
      const VzBuildIdentity *identity = self->identities->pdata[i];

      for (guint j = 0; j < identity->components->len; j++)
        if (is_new (seen, identity->components->pdata[j]))
          add_component (rows, identity->components->pdata[j]);
    }
  tool_print ("\n");
  table_print (rows, "llrrlll");
}

void
inspection_print (const Inspection *self)
{
  print_summary (self);
  print_requirements (self);
  print_identities (self);
  print_components (self);
}
