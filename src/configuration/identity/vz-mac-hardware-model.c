/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/identity/vz-mac-hardware-model.h"

#include <string.h>

#include "configuration/identity/vz-hardware-model-private.h"
#include "foundation/vz-fail.h"

#define N_KEYS 3
#define CURRENT_PLATFORM 2
/* Masked numbers of private models are 32 bits wide; a plain version number is far smaller. */
#define MAX_VERSION G_MAXUINT16

/**
 * VzMacHardwareModel:
 *
 * One of Apple's boards. Apple: `VZMacHardwareModel`. It can be read, compared and written on this
 * host, but no machine with it runs here.
 *
 * QEMU: nothing; no machine with it starts.
 *
 * Since: 0.1
 */
struct _VzMacHardwareModel {
  VzHardwareModel parent_instance;
  guint64 representation;
  guint64 platform;
  guint64 os[3]; /* macOS version of the host: major, minor, patch */
  guint n_keys;
};

G_DEFINE_FINAL_TYPE (VzMacHardwareModel, vz_mac_hardware_model, VZ_TYPE_HARDWARE_MODEL)

static const struct {
  guint platform;
  const char *product_type;
} boards[] = {
  { 2, "VirtualMac2,1" },
  { 3, "ComputeModule14,2" },
};

static void
set_content (VzMacHardwareModel *self, const guint64 *os)
{
  const VzPlistEntry entries[N_KEYS] = {
    /* Apple's images of this version store the 1 in 16 bytes. */
    { .key = "DataRepresentationVersion", .kind = VZ_PLIST_UINT_128, .value = 1 },
    { .key = "PlatformVersion", .kind = VZ_PLIST_UINT, .value = CURRENT_PLATFORM },
    { .key = "MinimumSupportedOS", .kind = VZ_PLIST_UINTS, .values = os, .n_values = 3 },
  };
  g_autoptr (GBytes) data = vz_plist_write_dictionary (entries, N_KEYS);

  self->representation = 1;
  self->platform = CURRENT_PLATFORM;
  self->n_keys = N_KEYS;
  memcpy (self->os, os, sizeof self->os);
  vz_hardware_model_set_data (VZ_HARDWARE_MODEL (self), data);
}

static void
vz_mac_hardware_model_init (VzMacHardwareModel *self)
{
  set_content (self, (const guint64[]){ 13, 0, 0 });
}

static gboolean
vz_mac_hardware_model_is_supported (VzHardwareModel *model)
{
  return FALSE;
}

static gboolean
vz_mac_hardware_model_has_equal_content (VzHardwareModel *model, VzHardwareModel *other_model)
{
  VzMacHardwareModel *self = VZ_MAC_HARDWARE_MODEL (model);
  VzMacHardwareModel *other = VZ_MAC_HARDWARE_MODEL (other_model);

  /* Unknown keys may make a difference, so only equal bytes are equal then. */
  return self->n_keys == N_KEYS && other->n_keys == N_KEYS &&
         self->representation == other->representation && self->platform == other->platform &&
         memcmp (self->os, other->os, sizeof self->os) == 0;
}

static char *
vz_mac_hardware_model_describe_ (VzHardwareModel *model)
{
  VzMacHardwareModel *self = VZ_MAC_HARDWARE_MODEL (model);
  const char *product_type = vz_mac_hardware_model_get_product_type (self);
  g_autofree char *os = vz_mac_hardware_model_dup_minimum_supported_os (self);

  return g_strdup_printf ("%s, platform version %u, for hosts with macOS %s or later",
                          product_type != NULL ? product_type : "unknown Mac",
                          (guint) self->platform, os);
}

static void
vz_mac_hardware_model_class_init (VzMacHardwareModelClass *klass)
{
  VzHardwareModelClass *model_class = VZ_HARDWARE_MODEL_CLASS (klass);

  model_class->is_supported = vz_mac_hardware_model_is_supported;
  model_class->has_equal_content = vz_mac_hardware_model_has_equal_content;
  model_class->describe = vz_mac_hardware_model_describe_;
}

static gboolean
read_os (plist_t dict, guint64 *ret_os, GError **error)
{
  plist_t array = plist_dict_get_item (dict, "MinimumSupportedOS");

  if (array == NULL || plist_get_node_type (array) != PLIST_ARRAY ||
      plist_array_get_size (array) != 3)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "MinimumSupportedOS must be three integers");
  for (guint i = 0; i < 3; i++)
    {
      plist_t item = plist_array_get_item (array, i);
      uint64_t value = G_MAXUINT64;

      if (plist_get_node_type (item) == PLIST_UINT)
        plist_get_uint_val (item, &value);
      if (value > MAX_VERSION)
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                        "MinimumSupportedOS must be three integers from 0 to %d", MAX_VERSION);
      ret_os[i] = value;
    }
  return TRUE;
}

VzHardwareModel *
vz_mac_hardware_model_new_from_plist (plist_t dict, GBytes *data, GError **error)
{
  guint64 representation, platform, os[3];
  VzMacHardwareModel *self;

  if (!vz_plist_get_uint (dict, "PlatformVersion", MAX_VERSION, &platform, error) ||
      !vz_plist_get_uint (dict, "DataRepresentationVersion", MAX_VERSION, &representation, error) ||
      !read_os (dict, os, error))
    return NULL;
  self = g_object_new (VZ_TYPE_MAC_HARDWARE_MODEL, NULL);
  self->platform = platform;
  self->representation = representation;
  memcpy (self->os, os, sizeof self->os);
  self->n_keys = plist_dict_get_size (dict);
  vz_hardware_model_set_data (VZ_HARDWARE_MODEL (self), data);
  return VZ_HARDWARE_MODEL (self);
}

/**
 * vz_mac_hardware_model_new:
 * @minimum_supported_os: the version of macOS that the host needs, as in a restore image's
 *   `VirtualMachineMinHostOS`: one to three numbers separated by dots, `13.0.0`
 * @error: return location for an error, or %NULL
 *
 * Makes the model that one of Apple's restore images requires: platform version 2 (VirtualMac2,1),
 * in the form that Apple's hosts write.
 *
 * Returns: (transfer full) (nullable): the model, or %NULL with %VZ_ERROR_INVALID_ARGUMENT
 */
VzMacHardwareModel *
vz_mac_hardware_model_new (const char *minimum_supported_os, GError **error)
{
  g_auto (GStrv) parts = NULL;
  guint64 os[3] = { 0, 0, 0 };
  VzMacHardwareModel *self;
  guint n;

  g_return_val_if_fail (minimum_supported_os != NULL, NULL);
  parts = g_strsplit (minimum_supported_os, ".", 4);
  n = g_strv_length (parts);
  for (guint i = 0; i < n; i++)
    if (n > 3 || !g_ascii_string_to_unsigned (parts[i], 10, 0, MAX_VERSION, &os[i], NULL))
      n = 0;
  if (n == 0)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not a macOS version",
                         minimum_supported_os);
  self = g_object_new (VZ_TYPE_MAC_HARDWARE_MODEL, NULL);
  set_content (self, os);
  return self;
}

/**
 * vz_mac_hardware_model_new_from_data:
 * @data: a data representation
 * @error: return location for an error, or %NULL
 *
 * Returns: (transfer full) (nullable): the model, or %NULL with %VZ_ERROR_INVALID_ARGUMENT when
 *   @data is malformed or describes another kind of board
 */
VzMacHardwareModel *
vz_mac_hardware_model_new_from_data (GBytes *data, GError **error)
{
  g_autoptr (VzHardwareModel) model = vz_hardware_model_new_from_data (data, error);

  if (model == NULL)
    return NULL;
  if (!VZ_IS_MAC_HARDWARE_MODEL (model))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "hardware model: not one of Apple's boards");
  return VZ_MAC_HARDWARE_MODEL (g_steal_pointer (&model));
}

/**
 * vz_mac_hardware_model_get_platform_version:
 * @self: a hardware model
 *
 * Returns: the board's number; 2 is VirtualMac2,1
 */
guint
vz_mac_hardware_model_get_platform_version (VzMacHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_MAC_HARDWARE_MODEL (self), 0);
  return (guint) self->platform;
}

/**
 * vz_mac_hardware_model_get_data_representation_version:
 * @self: a hardware model
 *
 * Returns: the version of the stored form: 1, or 2 from newer hosts
 */
guint
vz_mac_hardware_model_get_data_representation_version (VzMacHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_MAC_HARDWARE_MODEL (self), 0);
  return (guint) self->representation;
}

/**
 * vz_mac_hardware_model_dup_minimum_supported_os:
 * @self: a hardware model
 *
 * Returns: (transfer full): the macOS version that the host needs, three numbers separated by dots
 */
char *
vz_mac_hardware_model_dup_minimum_supported_os (VzMacHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_MAC_HARDWARE_MODEL (self), NULL);
  return g_strdup_printf ("%u.%u.%u", (guint) self->os[0], (guint) self->os[1],
                          (guint) self->os[2]);
}

/**
 * vz_mac_hardware_model_get_product_type:
 * @self: a hardware model
 *
 * Returns: (transfer none) (nullable): Apple's name for the board, or %NULL when vz does not know
 *   it
 */
const char *
vz_mac_hardware_model_get_product_type (VzMacHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_MAC_HARDWARE_MODEL (self), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    if (boards[i].platform == self->platform)
      return boards[i].product_type;
  return NULL;
}
