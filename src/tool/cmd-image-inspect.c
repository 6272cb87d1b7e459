/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/image-argument.h"
#include "tool/json.h"

#include <stdio.h>

static void
add_requirements (JsonBuilder *builder, VzConfigurationRequirements *requirements)
{
  VzHardwareModel *model = vz_configuration_requirements_get_hardware_model (requirements);
  g_autofree char *base64 = NULL;

  if (model != NULL)
    {
      GBytes *data = vz_hardware_model_get_data_representation (model);

      base64 = g_base64_encode (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
    }
  json_builder_begin_object (builder);
  tool_json_add_string (builder, "hardware-model", base64);
  tool_json_add_string (builder, "device-class", vz_configuration_requirements_get_device_class (requirements));
  tool_json_add_number (builder, "minimum-supported-cpu-count",
              vz_configuration_requirements_get_minimum_supported_cpu_count (requirements));
  tool_json_add_number (builder, "minimum-supported-memory-size",
              vz_configuration_requirements_get_minimum_supported_memory_size (requirements));
  tool_json_add_string (builder, "minimum-host-version", vz_configuration_requirements_get_minimum_host_version (requirements));
  json_builder_end_object (builder);
}

static void
add_component (JsonBuilder *builder, const VzComponent *component)
{
  json_builder_begin_object (builder);
  tool_json_add_string (builder, "name", component->name);
  tool_json_add_string (builder, "device-class", component->device_class);
  tool_json_add_string (builder, "variant", component->variant);
  tool_json_add_string (builder, "path", component->path);
  tool_json_add_number (builder, "size", component->size);
  tool_json_add_string (builder, "digest", component->digest);
  json_builder_end_object (builder);
}

/* The smallest disk that any of the image's boards asks for. */
static guint64
disk_size (GPtrArray *requirements)
{
  guint64 size = 0;

  for (guint i = 0; i < requirements->len; i++)
    size = MAX (size, vz_configuration_requirements_get_minimum_disk_size (requirements->pdata[i]));
  return size;
}

static JsonNode *
describe (VzRestoreImage *image)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) requirements = vz_restore_image_list_requirements (image);
  g_autoptr (GPtrArray) components = vz_restore_image_list_components (image);

  json_builder_begin_object (builder);
  tool_json_add_string (builder, "product-version", vz_restore_image_get_operating_system_version (image));
  tool_json_add_string (builder, "build-version", vz_restore_image_get_build_version (image));
  tool_json_add_string (builder, "operating-system", vz_restore_image_get_operating_system (image));
  tool_json_add_strings (builder, "supported-product-types", vz_restore_image_get_supported_product_types (image));
  json_builder_set_member_name (builder, "is-supported");
  json_builder_add_boolean_value (builder, vz_restore_image_is_supported (image));
  tool_json_add_strings (builder, "unsupported-reasons", vz_restore_image_get_unsupported_reasons (image));
  json_builder_set_member_name (builder, "requirements");
  json_builder_begin_array (builder);
  for (guint i = 0; i < requirements->len; i++)
    add_requirements (builder, requirements->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "components");
  json_builder_begin_array (builder);
  for (guint i = 0; i < components->len; i++)
    add_component (builder, components->pdata[i]);
  json_builder_end_array (builder);
  tool_json_add_number (builder, "size", vz_restore_image_get_size (image));
  tool_json_add_number (builder, "disk-size", disk_size (requirements));
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static void
print_requirements (VzConfigurationRequirements *requirements)
{
  VzHardwareModel *model = vz_configuration_requirements_get_hardware_model (requirements);
  g_autofree char *memory = g_format_size_full (
    vz_configuration_requirements_get_minimum_supported_memory_size (requirements), G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *board = model != NULL ? vz_hardware_model_describe (model) : g_strdup ("unknown board");

  printf ("requires: %s (%s), %u CPUs, %s of memory\n", vz_configuration_requirements_get_device_class (requirements),
          board, vz_configuration_requirements_get_minimum_supported_cpu_count (requirements), memory);
}

static void
print_for_people (VzRestoreImage *image)
{
  g_autoptr (GPtrArray) requirements = vz_restore_image_list_requirements (image);
  g_autoptr (GPtrArray) components = vz_restore_image_list_components (image);
  const char *const *reasons = vz_restore_image_get_unsupported_reasons (image);
  g_autofree char *size = g_format_size_full (vz_restore_image_get_size (image), G_FORMAT_SIZE_IEC_UNITS);

  printf ("%s %s (%s), %s\n", vz_restore_image_get_operating_system (image),
          vz_restore_image_get_operating_system_version (image), vz_restore_image_get_build_version (image), size);
  printf ("supported here: %s\n", vz_restore_image_is_supported (image) ? "yes" : "no");
  for (guint i = 0; reasons != NULL && reasons[i] != NULL; i++)
    printf ("  %s\n", reasons[i]);
  for (guint i = 0; i < requirements->len; i++)
    print_requirements (requirements->pdata[i]);
  for (guint i = 0; i < components->len; i++)
    {
      const VzComponent *component = components->pdata[i];
      g_autofree char *unpacked = g_format_size_full (component->size, G_FORMAT_SIZE_IEC_UNITS);

      printf ("%-20s %-12s %10s  %s\n", component->name, component->device_class, unpacked, component->path);
    }
}

static gboolean
run_inspect (VzTool *tool, GError **error)
{
  g_auto (ImageArgument) argument = { NULL, NULL };
  g_autoptr (VzRestoreImage) image = NULL;

  if (!image_argument_resolve (tool, tool->arguments[0], NULL, &argument, error))
    return FALSE;
  image = image_argument_open (&argument, NULL, error);
  if (image == NULL)
    return FALSE;
  if (tool->json)
    {
      g_autoptr (JsonNode) node = describe (image);

      tool_print_json (node);
    }
  else
    print_for_people (image);
  return TRUE;
}

const VzCommand vz_command_image_inspect = {
  "image inspect", "IMAGE", 1, 1, VZ_COMMAND_JSON, NULL, run_inspect,
  "Shows what a restore image holds and asks for",
};
