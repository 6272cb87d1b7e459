/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/inspection.h"
#include "tool/json.h"

static void
add_boolean (JsonBuilder *builder, const char *key, gboolean value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

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
  tool_json_add_string (builder, "device-class",
                        vz_configuration_requirements_get_device_class (requirements));
  tool_json_add_string (builder, "variant",
                        vz_configuration_requirements_get_variant (requirements));
  tool_json_add_number (
    builder, "minimum-supported-cpu-count",
    vz_configuration_requirements_get_minimum_supported_cpu_count (requirements));
  tool_json_add_number (
    builder, "minimum-supported-memory-size",
    vz_configuration_requirements_get_minimum_supported_memory_size (requirements));
  tool_json_add_string (builder, "minimum-host-version",
                        vz_configuration_requirements_get_minimum_host_version (requirements));
  json_builder_end_object (builder);
}

static void
add_identity (JsonBuilder *builder, const VzBuildIdentity *identity)
{
  json_builder_begin_object (builder);
  tool_json_add_string (builder, "device-class", identity->device_class);
  tool_json_add_string (builder, "product-type", identity->product_type);
  tool_json_add_string (builder, "variant", identity->variant);
  tool_json_add_string (builder, "restore-behavior", identity->restore_behavior);
  tool_json_add_string (builder, "architecture", identity->architecture);
  if (identity->chip_id != 0)
    {
      tool_json_add_number (builder, "chip-id", identity->chip_id);
      tool_json_add_number (builder, "board-id", identity->board_id);
    }
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
  add_boolean (builder, "is-present", component->is_present);
  tool_json_add_number (builder, "size", component->size);
  tool_json_add_number (builder, "packed-size", component->packed_size);
  tool_json_add_string (builder, "encoding", vz_component_get_encoding (component));
  tool_json_add_string (builder, "digest", component->digest);
  json_builder_end_object (builder);
}

static void
add_arrays (JsonBuilder *builder, const Inspection *self)
{
  json_builder_set_member_name (builder, "requirements");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->requirements->len; i++)
    add_requirements (builder, self->requirements->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "build-identities");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->identities->len; i++)
    add_identity (builder, self->identities->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "components");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->identities->len; i++)
    {
      const VzBuildIdentity *identity = self->identities->pdata[i];

      for (guint j = 0; j < identity->components->len; j++)
        add_component (builder, identity->components->pdata[j]);
    }
  json_builder_end_array (builder);
}

JsonNode *
inspection_describe (const Inspection *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  VzRestoreImage *image = self->image;

  json_builder_begin_object (builder);
  tool_json_add_string (builder, "url", vz_restore_image_get_url (image));
  tool_json_add_string (builder, "product-version",
                        vz_restore_image_get_operating_system_version (image));
  tool_json_add_string (builder, "build-version", vz_restore_image_get_build_version (image));
  tool_json_add_string (builder, "operating-system", vz_restore_image_get_operating_system (image));
  tool_json_add_strings (builder, "supported-product-types",
                         vz_restore_image_get_supported_product_types (image));
  add_boolean (builder, "is-supported", vz_restore_image_is_supported (image));
  tool_json_add_strings (builder, "unsupported-reasons",
                         vz_restore_image_get_unsupported_reasons (image));
  add_arrays (builder, self);
  tool_json_add_number (builder, "size", vz_restore_image_get_size (image));
  tool_json_add_number (builder, "unpacked-size", vz_restore_image_get_unpacked_size (image));
  tool_json_add_number (builder, "disk-size", inspection_get_disk_size (self));
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
