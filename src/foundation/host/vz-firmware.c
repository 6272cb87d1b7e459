/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-firmware.h"

#include "foundation/vz-fail.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* How this works
 *
 * Distributions describe their firmware images in small JSON files whose schema is QEMU's
 * docs/interop/firmware.json. A file from the user or the administrator replaces the distribution's
 * file with the same name; an empty file hides it altogether. The files are tried in order of their
 * names; the first that fits is used.
 *
 * What fits: UEFI in flash, for the architecture and machine type. With Secure Boot the template
 * must have keys, and on a PC the firmware must keep its variables in SMM, or a guest could write
 * its own keys. Without Secure Boot it must have neither, as they would require SMM and signed
 * kernels. The code and the template must exist, since a descriptor may outlive its package. */

#define DESCRIPTOR_SIZE_MAX (64 * 1024)

#define SECURE_BOOT "secure-boot"
#define NEEDS_SMM "requires-smm"
#define HAS_KEYS "enrolled-keys"

void
vz_firmware_free (VzFirmware *self)
{
  if (self == NULL)
    return;
  g_free (self->code_path);
  g_free (self->code_format);
  g_free (self->vars_template_path);
  g_free (self->vars_template_format);
  g_free (self);
}

/* Folders, most specific first. */
static GStrv
search_path (void)
{
  const char *override = g_getenv ("VZ_FIRMWARE_PATH");
  GStrvBuilder *builder;
  g_autofree char *user = NULL;
  GStrv path;

  if (override != NULL)
    return g_strsplit (override, ":", -1);
  user = g_build_filename (g_get_user_config_dir (), "qemu", "firmware", NULL);
  builder = g_strv_builder_new ();
  g_strv_builder_add (builder, user);
  g_strv_builder_add (builder, "/etc/qemu/firmware");
  g_strv_builder_add (builder, "/usr/share/qemu/firmware");
  path = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return path;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Paths of the effective descriptors, in the order in which to try them. */
static GPtrArray *
list_descriptors (void)
{
  g_auto (GStrv) folders = search_path ();
  g_autoptr (GHashTable) by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer name;

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (folders[i], 0, NULL);
      const char *entry;

      while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
        if (g_str_has_suffix (entry, ".json") && !g_hash_table_contains (by_name, entry))
          g_hash_table_insert (by_name, g_strdup (entry),
                               g_build_filename (folders[i], entry, NULL));
    }
  g_hash_table_iter_init (&iter, by_name);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (paths, g_strdup (g_hash_table_lookup (by_name, names->pdata[i])));
  return paths;
}

static JsonObject *
member_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
member_array (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static const char *
member_string (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

/* The element as text; "" if it is not a string, so that it equals nothing. */
static const char *
element_string (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
}

static gboolean
array_has (JsonArray *array, const char *text)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (g_str_equal (element_string (array, i), text))
      return TRUE;
  return FALSE;
}

static gboolean
targets_match (JsonArray *targets, const char *architecture, const char *machine_type)
{
  for (guint i = 0; targets != NULL && i < json_array_get_length (targets); i++)
    {
      JsonNode *node = json_array_get_element (targets, i);
      JsonObject *target = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonArray *machines = member_array (target, "machines");

      if (g_strcmp0 (member_string (target, "architecture"), architecture) != 0)
        continue;
      for (guint m = 0; machines != NULL && m < json_array_get_length (machines); m++)
        if (g_pattern_match_simple (element_string (machines, m), machine_type))
          return TRUE;
    }
  return FALSE;
}

static gboolean
features_fit (JsonArray *features, const char *architecture, gboolean secure_boot)
{
  gboolean is_pc = g_str_equal (architecture, "x86_64");

  if (secure_boot)
    return array_has (features, SECURE_BOOT) && array_has (features, HAS_KEYS) &&
           (!is_pc || array_has (features, NEEDS_SMM));
  return !array_has (features, SECURE_BOOT) && !array_has (features, NEEDS_SMM) &&
         !array_has (features, HAS_KEYS);
}

/* The firmware that @root describes, or NULL if it is not what we want. */
static VzFirmware *
firmware_from_descriptor (JsonObject *root, const char *architecture, const char *machine_type,
                          gboolean secure_boot)
{
  JsonArray *features = member_array (root, "features");
  JsonObject *mapping = member_object (root, "mapping");
  JsonObject *code = member_object (mapping, "executable");
  JsonObject *vars = member_object (mapping, "nvram-template");
  const char *code_path = member_string (code, "filename");
  const char *vars_path = member_string (vars, "filename");
  const char *mode = member_string (mapping, "mode");
  VzFirmware *self;

  if (!array_has (member_array (root, "interface-types"), "uefi") ||
      g_strcmp0 (member_string (mapping, "device"), "flash") != 0 ||
      (mode != NULL && !g_str_equal (mode, "split")) || code_path == NULL || vars_path == NULL ||
      !targets_match (member_array (root, "targets"), architecture, machine_type) ||
      !features_fit (features, architecture, secure_boot))
    return NULL;
  if (!g_file_test (code_path, G_FILE_TEST_IS_REGULAR) ||
      !g_file_test (vars_path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  self = g_new0 (VzFirmware, 1);
  self->code_path = g_strdup (code_path);
  self->code_format = g_strdup (member_string (code, "format"));
  self->vars_template_path = g_strdup (vars_path);
  self->vars_template_format = g_strdup (member_string (vars, "format"));
  self->needs_smm = array_has (features, NEEDS_SMM);
  if (self->code_format == NULL)
    self->code_format = g_strdup ("raw");
  if (self->vars_template_format == NULL)
    self->vars_template_format = g_strdup ("raw");
  return self;
}

VzFirmware *
vz_firmware_find (const char *architecture, const char *machine_type, gboolean secure_boot,
                  GError **error)
{
  g_autoptr (GPtrArray) paths = list_descriptors ();
  g_auto (GStrv) folders = NULL;
  g_autofree char *searched = NULL;
  gboolean is_arm = g_str_equal (architecture, "aarch64");

  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autofree char *text = NULL;
      gsize size;
      JsonNode *root;
      VzFirmware *self = NULL;

      /* A descriptor that cannot be read or parsed is the fault of another package: the next may
       * do. */
      if (!g_file_get_contents (paths->pdata[i], &text, &size, NULL) ||
          size > DESCRIPTOR_SIZE_MAX ||
          !json_parser_load_from_data (parser, text, (gssize) size, NULL))
        continue;
      root = json_parser_get_root (parser);
      if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
        self = firmware_from_descriptor (json_node_get_object (root), architecture, machine_type,
                                         secure_boot);
      if (self != NULL)
        return self;
    }
  folders = search_path ();
  searched = g_strjoinv (", ", folders);
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                       "no EFI firmware%s for %s (%s) is described in %s (package %s)",
                       secure_boot ? " with Secure Boot and keys" : "", architecture, machine_type,
                       searched, is_arm ? "qemu-efi-aarch64" : "ovmf");
}
