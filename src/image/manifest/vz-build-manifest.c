/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-build-manifest.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-hex.h"
#include "image/manifest/vz-build-identity-private.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-chunk.h"
#include "image/manifest/vz-component-private.h"
#include "image/manifest/vz-plist-reader.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 256
#define PATH_LENGTH_MAX 1000
#define DIGEST_LENGTH_MAX 64
#define IDENTITIES_MAX 4096
#define COMPONENTS_MAX 256
#define PRODUCT_TYPES_MAX 4096
#define PARTITION_NAME_MAX 36 /* characters in a GPT entry */
#define PAYLOAD_TYPE_SIZE 4
#define CPUS_MAX 4096
#define MEMORY_MAX_MB (1U << 30) /* 1 PiB */
#define MIB (1024 * 1024)
#define fail(error, ...) vz_fail ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)
#define fail_null(error, ...) vz_fail_null ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)

typedef struct {
  VzComponent *component; /* owned */
  guint64 order;
} Ordered;

void
vz_build_manifest_free (VzBuildManifest *self)
{
  if (self == NULL)
    return;
  g_free (self->product_version);
  g_free (self->build_version);
  g_free (self->operating_system);
  g_strfreev (self->product_types);
  g_ptr_array_unref (self->identities);
  g_free (self);
}

static gboolean
check_path (const char *path, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] == '\0' || g_str_equal (parts[i], "..") || g_str_equal (parts[i], "."))
      return fail (error, "Path: '%s' found, must be a relative path without '..'", path);
  return TRUE;
}

static gboolean
get_guid (plist_t info, const char *key, char **ret_guid, GError **error)
{
  g_autofree char *text = NULL;

  if (!vz_plist_reader_get_string (info, key, TEXT_MAX, VZ_PLIST_OPTIONAL, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!g_uuid_string_is_valid (text))
    return fail (error, "%s: '%s' found, must be a GUID", key, text);
  *ret_guid = g_ascii_strup (text, -1);
  return TRUE;
}

static gboolean
parse_partition (plist_t info, VzComponent *component, GError **error)
{
  if (!get_guid (info, VZ_KEY_PARTITION_TYPE, &component->partition_type, error) ||
      !get_guid (info, VZ_KEY_PARTITION_UUID, &component->partition_uuid, error) ||
      !vz_plist_reader_get_string (info, VZ_KEY_PARTITION_NAME, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &component->partition_name, error) ||
      !vz_plist_reader_get_bool (info, VZ_KEY_GROW, VZ_PLIST_OPTIONAL, &component->grow, error))
    return FALSE;
  if (component->partition_name != NULL &&
      g_utf8_strlen (component->partition_name, -1) > PARTITION_NAME_MAX)
    return fail (error, "%s: '%s' found, must have at most %d characters", VZ_KEY_PARTITION_NAME,
                 component->partition_name, PARTITION_NAME_MAX);
  return TRUE;
}

/* What a backup says about the file that it was made from. */
static gboolean
parse_file (plist_t info, VzComponent *component, GError **error)
{
  guint64 modified = 0;

  if (!vz_plist_reader_get_uint (info, VZ_KEY_DATA_SIZE, 0, G_MAXINT64, VZ_PLIST_OPTIONAL,
                                 &component->data_size, error) ||
      !vz_plist_reader_get_uint (info, VZ_KEY_MODIFIED, 0, G_MAXINT64, VZ_PLIST_OPTIONAL, &modified,
                                 error))
    return FALSE;
  component->modified = (gint64) modified;
  return TRUE;
}

static gboolean
check_table_digest (VzComponent *component, GBytes *digest, GError **error)
{
  guint8 found[VZ_CHUNK_DIGEST_SIZE];
  gsize size;
  const guint8 *table = g_bytes_get_data (component->chunk_digests, &size);

  vz_chunk_compute_digest (table, size, found);
  if (g_bytes_get_size (digest) == sizeof found &&
      memcmp (g_bytes_get_data (digest, NULL), found, sizeof found) == 0)
    return TRUE;
  return vz_fail (error, VZ_ERROR_DIGEST_MISMATCH, "%s: it does not match the digest in %s",
                  VZ_KEY_CHUNK_DIGESTS, VZ_KEY_DIGEST);
}

static gboolean
parse_chunks (plist_t dict, plist_t info, VzComponent *component, GBytes *digest, GError **error)
{
  g_autofree char *method = NULL;
  guint64 chunk_size = 0;

  if (!vz_plist_reader_get_uint (info, VZ_KEY_CHUNK_SIZE, VZ_CHUNK_SIZE_MIN, VZ_CHUNK_SIZE_MAX,
                                 VZ_PLIST_REQUIRED, &chunk_size, error) ||
      !vz_plist_reader_get_uint (info, VZ_KEY_SIZE, 1, G_MAXINT64, VZ_PLIST_REQUIRED,
                                 &component->size, error) ||
      !vz_plist_reader_get_string (info, VZ_KEY_HASH_METHOD, TEXT_MAX, VZ_PLIST_REQUIRED, &method,
                                   error) ||
      !parse_partition (info, component, error) || !parse_file (info, component, error))
    return FALSE;
  if (!g_str_equal (method, VZ_HASH_METHOD_SHA256))
    return fail (error, "%s: '%s' found, '%s' allowed", VZ_KEY_HASH_METHOD, method,
                 VZ_HASH_METHOD_SHA256);
  if (component->path == NULL || digest == NULL)
    return fail (error, "%s and %s are needed with %s", VZ_KEY_PATH, VZ_KEY_DIGEST,
                 VZ_KEY_CHUNK_DIGESTS);
  if ((chunk_size & (chunk_size - 1)) != 0)
    return fail (error, "%s: %" G_GUINT64_FORMAT " found, must be a power of two",
                 VZ_KEY_CHUNK_SIZE, chunk_size);
  component->chunk_size = (guint32) chunk_size;
  component->n_chunks = vz_chunk_count (component->size, component->chunk_size);
  if (component->n_chunks == 0)
    return fail (error, "%s: %" G_GUINT64_FORMAT " bytes found, at most %u chunks allowed",
                 VZ_KEY_SIZE, component->size, VZ_CHUNKS_MAX);
  if (!vz_plist_reader_get_data (dict, VZ_KEY_CHUNK_DIGESTS,
                                 (gsize) VZ_CHUNKS_MAX * VZ_CHUNK_DIGEST_SIZE, VZ_PLIST_REQUIRED,
                                 &component->chunk_digests, error))
    return FALSE;
  if (g_bytes_get_size (component->chunk_digests) !=
      (gsize) component->n_chunks * VZ_CHUNK_DIGEST_SIZE)
    return fail (error, "%s: %" G_GSIZE_FORMAT " bytes found, %u chunks need %u each",
                 VZ_KEY_CHUNK_DIGESTS, g_bytes_get_size (component->chunk_digests),
                 component->n_chunks, VZ_CHUNK_DIGEST_SIZE);
  return check_table_digest (component, digest, error);
}

/* Four letters, which replace four others in the file. */
static gboolean
parse_payload_type (plist_t info, VzComponent *component, GError **error)
{
  if (!vz_plist_reader_get_string (info, VZ_KEY_PAYLOAD_TYPE, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &component->payload_type, error))
    return FALSE;
  if (component->payload_type != NULL && strlen (component->payload_type) != PAYLOAD_TYPE_SIZE)
    return fail (error, "%s: '%s' found, must have %d letters", VZ_KEY_PAYLOAD_TYPE,
                 component->payload_type, PAYLOAD_TYPE_SIZE);
  return TRUE;
}

static gboolean
parse_component_body (plist_t dict, VzComponent *component, guint64 *ret_order, GError **error)
{
  g_autoptr (GBytes) digest = NULL;
  plist_t info;

  if (!vz_plist_reader_get_node (dict, VZ_KEY_INFO, PLIST_DICT, VZ_PLIST_OPTIONAL, &info, error) ||
      !vz_plist_reader_get_data (dict, VZ_KEY_DIGEST, DIGEST_LENGTH_MAX, VZ_PLIST_OPTIONAL, &digest,
                                 error))
    return FALSE;
  if (digest != NULL)
    component->digest = vz_hex_encode (g_bytes_get_data (digest, NULL), g_bytes_get_size (digest));
  if (info == NULL)
    return TRUE;
  if (!vz_plist_reader_get_string (info, VZ_KEY_PATH, PATH_LENGTH_MAX, VZ_PLIST_OPTIONAL,
                                   &component->path, error) ||
      (component->path != NULL && !check_path (component->path, error)) ||
      !parse_payload_type (info, component, error) ||
      !vz_plist_reader_get_uint (info, VZ_KEY_ORDER, 0, COMPONENTS_MAX, VZ_PLIST_OPTIONAL,
                                 ret_order, error))
    return FALSE;
  if (plist_dict_get_item (dict, VZ_KEY_CHUNK_DIGESTS) == NULL)
    return TRUE;
  return parse_chunks (dict, info, component, digest, error);
}

static gboolean
name_is_allowed (const char *name)
{
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;
  return name[0] != '\0' && strlen (name) <= TEXT_MAX;
}

static VzComponent *
parse_component (const VzBuildIdentity *identity, const char *name, plist_t dict,
                 guint64 *ret_order, GError **error)
{
  g_autoptr (VzComponent) component = vz_component_new ();
  g_autofree char *safe_name = g_utf8_make_valid (name, -1);
  VZ_ERROR_PREFIX ("component %s", safe_name);

  if (!name_is_allowed (name))
    return fail_null (error, "its name is not allowed");
  if (plist_get_node_type (dict) != PLIST_DICT)
    return fail_null (error, "it is not a dictionary");
  component->name = g_strdup (name);
  component->device_class = g_strdup (identity->device_class);
  component->variant = g_strdup (identity->variant);
  if (!parse_component_body (dict, component, ret_order, error))
    return NULL;
  return g_steal_pointer (&component);
}

static int
compare_order (gconstpointer a, gconstpointer b)
{
  const Ordered *left = a, *right = b;

  return left->order < right->order ? -1 : left->order > right->order;
}

/* The dictionary has no order, but partitions do. */
static gboolean
parse_components (plist_t manifest, VzBuildIdentity *identity, GError **error)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (Ordered));
  plist_dict_iter iter = NULL;
  gboolean good = TRUE;

  if (plist_dict_get_size (manifest) > COMPONENTS_MAX)
    return fail (error, "%u components found, at most %d allowed", plist_dict_get_size (manifest),
                 COMPONENTS_MAX);
  plist_dict_new_iter (manifest, &iter);
  while (good)
    {
      Ordered item = { .order = COMPONENTS_MAX };
      char *name = NULL;
      plist_t dict = NULL;

      plist_dict_next_item (manifest, iter, &name, &dict);
      if (dict == NULL)
        break;
      item.component = parse_component (identity, name, dict, &item.order, error);
      free (name);
      good = item.component != NULL;
      if (good)
        g_array_append_val (sorted, item);
    }
  free (iter);
  g_array_sort (sorted, compare_order);
  for (guint i = 0; i < sorted->len; i++)
    g_ptr_array_add (identity->components, g_array_index (sorted, Ordered, i).component);
  return good;
}

static gboolean
parse_requirements (plist_t info, VzBuildIdentity *identity, GError **error)
{
  guint64 cpus = 0, memory = 0;

  if (plist_dict_get_item (info, VZ_KEY_MINIMUM_CPU_COUNT) == NULL)
    return TRUE; /* an identity for a real computer */
  if (!vz_plist_reader_get_uint (info, VZ_KEY_MINIMUM_CPU_COUNT, 1, CPUS_MAX, VZ_PLIST_REQUIRED,
                                 &cpus, error) ||
      !vz_plist_reader_get_uint (info, VZ_KEY_MINIMUM_MEMORY_SIZE_MB, 1, MEMORY_MAX_MB,
                                 VZ_PLIST_REQUIRED, &memory, error) ||
      !vz_plist_reader_get_uint (info, VZ_KEY_MINIMUM_DISK_SIZE, 0, G_MAXINT64, VZ_PLIST_OPTIONAL,
                                 &identity->minimum_disk_size, error) ||
      !vz_plist_reader_get_string (info, VZ_KEY_MINIMUM_HOST, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &identity->minimum_host, error))
    return FALSE;
  identity->minimum_cpu_count = (guint) cpus;
  identity->minimum_memory_size = memory * MIB;
  return TRUE;
}

/* Apple's hardware numbers. */
static gboolean
parse_hardware (plist_t dict, VzBuildIdentity *identity, GError **error)
{
  guint64 chip = 0, board = 0;

  if (!vz_plist_reader_get_string (dict, VZ_KEY_PRODUCT_TYPE, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &identity->product_type, error) ||
      !vz_plist_reader_get_uint (dict, VZ_KEY_CHIP_ID, 0, G_MAXUINT32, VZ_PLIST_OPTIONAL, &chip,
                                 error) ||
      !vz_plist_reader_get_uint (dict, VZ_KEY_BOARD_ID, 0, G_MAXUINT32, VZ_PLIST_OPTIONAL, &board,
                                 error))
    return FALSE;
  identity->chip_id = (guint32) chip;
  identity->board_id = (guint32) board;
  return TRUE;
}

static VzBuildIdentity *
parse_identity (plist_t dict, guint number, GError **error)
{
  VZ_ERROR_PREFIX ("%s[%u]", VZ_KEY_BUILD_IDENTITIES, number);
  g_autoptr (VzBuildIdentity) identity = vz_build_identity_new ();
  plist_t info, manifest;

  if (plist_get_node_type (dict) != PLIST_DICT)
    return fail_null (error, "it is not a dictionary");
  if (!vz_plist_reader_get_node (dict, VZ_KEY_INFO, PLIST_DICT, VZ_PLIST_REQUIRED, &info, error) ||
      !vz_plist_reader_get_node (dict, VZ_KEY_MANIFEST, PLIST_DICT, VZ_PLIST_REQUIRED, &manifest,
                                 error) ||
      !vz_plist_reader_get_string (info, VZ_KEY_DEVICE_CLASS, TEXT_MAX, VZ_PLIST_REQUIRED,
                                   &identity->device_class, error) ||
      !vz_plist_reader_get_string (info, VZ_KEY_VARIANT, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &identity->variant, error) ||
      !vz_plist_reader_get_string (info, VZ_KEY_RESTORE_BEHAVIOR, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &identity->restore_behavior, error) ||
      !vz_plist_reader_get_string (info, VZ_KEY_ARCHITECTURE, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &identity->architecture, error) ||
      !vz_plist_reader_get_string (info, VZ_KEY_GUEST_SETTINGS, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &identity->guest_settings, error) ||
      !parse_hardware (dict, identity, error) || !parse_requirements (info, identity, error) ||
      !parse_components (manifest, identity, error))
    return NULL;
  return g_steal_pointer (&identity);
}

static gboolean
parse_root (plist_t root, VzBuildManifest *self, GError **error)
{
  plist_t identities;
  guint count;

  if (!vz_plist_reader_get_string (root, VZ_KEY_PRODUCT_VERSION, TEXT_MAX, VZ_PLIST_REQUIRED,
                                   &self->product_version, error) ||
      !vz_plist_reader_get_string (root, VZ_KEY_PRODUCT_BUILD_VERSION, TEXT_MAX, VZ_PLIST_REQUIRED,
                                   &self->build_version, error) ||
      !vz_plist_reader_get_string (root, VZ_KEY_PRODUCT_NAME, TEXT_MAX, VZ_PLIST_OPTIONAL,
                                   &self->operating_system, error) ||
      !vz_plist_reader_get_strings (root, VZ_KEY_SUPPORTED_PRODUCT_TYPES, PRODUCT_TYPES_MAX,
                                    VZ_PLIST_REQUIRED, &self->product_types, error) ||
      !vz_plist_reader_get_node (root, VZ_KEY_BUILD_IDENTITIES, PLIST_ARRAY, VZ_PLIST_REQUIRED,
                                 &identities, error))
    return FALSE;
  count = plist_array_get_size (identities);
  if (count == 0 || count > IDENTITIES_MAX)
    return fail (error, "%s: %u entries found, 1 to %d allowed", VZ_KEY_BUILD_IDENTITIES, count,
                 IDENTITIES_MAX);
  for (guint i = 0; i < count; i++)
    {
      VzBuildIdentity *identity = parse_identity (plist_array_get_item (identities, i), i, error);

      if (identity == NULL)
        return FALSE;
      g_ptr_array_add (self->identities, identity);
    }
  return TRUE;
}

VzBuildManifest *
vz_build_manifest_parse (GBytes *bytes, GError **error)
{
  g_autoptr (VzBuildManifest) self = g_new0 (VzBuildManifest, 1);
  VZ_ERROR_PREFIX (VZ_MANIFEST_MEMBER);
  plist_t root;
  gboolean good;

  self->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_build_identity_unref);
  root = vz_plist_reader_parse_xml (bytes, VZ_MANIFEST_SIZE_MAX, error);
  if (root == NULL)
    return NULL;
  good = parse_root (root, self, error);
  plist_free (root);
  return good ? g_steal_pointer (&self) : NULL;
}
