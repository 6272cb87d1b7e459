/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-plist.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-plist.h"

#define MAX_ITEMS 64

plist_t
vz_foreign_plist_read (const char *path, gsize max, GError **error)
{
  g_autoptr (GBytes) data = vz_file_read (path, max, error);
  gsize size;
  const char *bytes;

  if (data == NULL)
    return NULL;
  bytes = g_bytes_get_data (data, &size);
  return size >= 8 && memcmp (bytes, "bplist00", 8) == 0
           ? vz_plist_read_settings (data, error)
           : vz_plist_reader_parse_xml (data, max, error);
}

gboolean
vz_foreign_plist_get_list (plist_t dict, const char *key, plist_t *ret_list, guint *ret_n,
                           GError **error)
{
  if (!vz_plist_reader_get_node (dict, key, PLIST_ARRAY, VZ_PLIST_OPTIONAL, ret_list, error))
    return FALSE;
  *ret_n = *ret_list != NULL ? plist_array_get_size (*ret_list) : 0;
  return *ret_n <= MAX_ITEMS ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: %u items found, must be at most %d", key,
                  *ret_n, MAX_ITEMS);
}

plist_t
vz_foreign_plist_get_item (plist_t list, const char *key, guint index, GError **error)
{
  plist_t item = plist_array_get_item (list, index);

  return plist_get_node_type (item) == PLIST_DICT
           ? item
           : vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "%s[%u]: it is not a dictionary", key,
                           index);
}

void
vz_foreign_plist_propagate (GError **error, GError *cause)
{
  if (g_error_matches (cause, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE))
    vz_fail_recode (&cause, VZ_ERROR_INVALID_ARGUMENT);
  g_propagate_error (error, cause);
}
