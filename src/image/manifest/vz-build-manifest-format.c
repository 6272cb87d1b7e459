/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-build-manifest-format.h"

#include "image/manifest/vz-chunk.h"
#include "image/manifest/vz-component-private.h"
#include "image/manifest/vz-image-product.h"

#include <plist/plist.h>

#define MIB (1024 * 1024)

static void
set_string (plist_t dict, const char *key, const char *value)
{
  if (value != NULL)
    plist_dict_set_item (dict, key, plist_new_string (value));
}

static void
set_uint (plist_t dict, const char *key, guint64 value)
{
  plist_dict_set_item (dict, key, plist_new_uint (value));
}

static void
set_data (plist_t dict, const char *key, const guint8 *data, gsize size)
{
  plist_dict_set_item (dict, key, plist_new_data ((const char *) data, size));
}

static plist_t
format_component (const VzComponent *component, guint order)
{
  plist_t dict = plist_new_dict ();
  plist_t info = plist_new_dict ();
  guint8 digest[VZ_CHUNK_DIGEST_SIZE];
  const guint8 *digests;
  gsize size;

  digests = g_bytes_get_data (component->chunk_digests, &size);
  vz_chunk_compute_digest (digests, size, digest);

  set_uint (info, VZ_KEY_CHUNK_SIZE, component->chunk_size);
  if (component->data_size > 0)
    set_uint (info, VZ_KEY_DATA_SIZE, component->data_size);
  plist_dict_set_item (info, VZ_KEY_GROW, plist_new_bool (component->grow));
  set_string (info, VZ_KEY_HASH_METHOD, VZ_HASH_METHOD_SHA256);
  if (component->modified > 0)
    set_uint (info, VZ_KEY_MODIFIED, (guint64) component->modified);
  set_uint (info, VZ_KEY_ORDER, order);
  set_string (info, VZ_KEY_PARTITION_NAME, component->partition_name);
  set_string (info, VZ_KEY_PARTITION_TYPE, component->partition_type);
  set_string (info, VZ_KEY_PARTITION_UUID, component->partition_uuid);
  set_string (info, VZ_KEY_PATH, component->path);
  set_uint (info, VZ_KEY_SIZE, component->size);

  set_data (dict, VZ_KEY_CHUNK_DIGESTS, digests, size);
  set_data (dict, VZ_KEY_DIGEST, digest, sizeof digest);
  plist_dict_set_item (dict, VZ_KEY_INFO, info);
  return dict;
}

static void
format_requirements (const VzRestoreImageDescription *description, plist_t info)
{
  guint64 memory = description->minimum_memory_size / MIB +
                   (description->minimum_memory_size % MIB != 0);

  set_uint (info, VZ_KEY_MINIMUM_DISK_SIZE, description->minimum_disk_size);
  set_uint (info, VZ_KEY_MINIMUM_CPU_COUNT, description->minimum_cpu_count);
  set_uint (info, VZ_KEY_MINIMUM_MEMORY_SIZE_MB, memory);
}

static plist_t
format_identity (const VzRestoreImageDescription *description, const char *device_class,
                 GPtrArray *components)
{
  gboolean is_backup = description->backup_of != NULL;
  plist_t identity = plist_new_dict ();
  plist_t info = plist_new_dict ();
  plist_t manifest = plist_new_dict ();

  set_string (info, VZ_KEY_ARCHITECTURE, description->architecture);
  set_string (info, VZ_KEY_BUILD_NUMBER, description->build_version);
  set_string (info, VZ_KEY_DEVICE_CLASS, device_class);
  set_string (info, VZ_KEY_GUEST_SETTINGS, description->guest_settings);
  set_string (info, VZ_KEY_RESTORE_BEHAVIOR, is_backup ? VZ_BEHAVIOR_BACKUP : "Erase");
  set_string (info, VZ_KEY_VARIANT, description->variant);
  if (!is_backup)
    format_requirements (description, info);

  for (guint i = 0; i < components->len; i++)
    {
      const VzComponent *component = g_ptr_array_index (components, i);

      plist_dict_set_item (manifest, component->name, format_component (component, i));
    }
  plist_dict_set_item (identity, VZ_KEY_INFO, info);
  plist_dict_set_item (identity, VZ_KEY_MANIFEST, manifest);
  return identity;
}

GBytes *
vz_build_manifest_format (const VzRestoreImageDescription *description, GPtrArray *components)
{
  const VzImageProduct *product = vz_image_product_for_architecture (description->architecture);
  const char *device_class = product != NULL ? product->device_class : VZ_DEVICE_CLASS_VIRTUAL_MAC;
  const char *product_type = product != NULL ? product->product_type : VZ_PRODUCT_VIRTUAL_MAC;
  plist_t root = plist_new_dict ();
  plist_t identities = plist_new_array ();
  plist_t types = plist_new_array ();
  char *xml = NULL;
  guint32 length = 0;
  GBytes *bytes;

  plist_array_append_item (identities, format_identity (description, device_class, components));
  plist_array_append_item (types, plist_new_string (product_type));
  plist_dict_set_item (root, VZ_KEY_BUILD_IDENTITIES, identities);
  set_uint (root, VZ_KEY_MANIFEST_VERSION, 0);
  set_string (root, VZ_KEY_PRODUCT_BUILD_VERSION, description->build_version);
  set_string (root, VZ_KEY_PRODUCT_NAME,
              description->backup_of != NULL ? description->backup_of
                                             : description->operating_system);
  set_string (root, VZ_KEY_PRODUCT_VERSION, description->product_version);
  plist_dict_set_item (root, VZ_KEY_SUPPORTED_PRODUCT_TYPES, types);

  plist_to_xml (root, &xml, &length);
  bytes = g_bytes_new (xml, length);
  free (xml); /* libplist 2.6 no longer has a function for this */
  plist_free (root);
  return bytes;
}
