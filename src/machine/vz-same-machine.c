/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-same-machine.h"

#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"

#include <sys/stat.h>

/* How this works
 *
 * Machines are found by their identifiers, which two bundles share if one is a backup or copy of
 * the other. The disk tells them apart. A bundle may have been moved while its machine runs: QEMU
 * then names a file that no longer exists, which is not a reason to refuse it. */

#define FIRST_DISK "disk0" /* QEMU's nodes for it; "disk0-base" is below an overlay */

static const char *
get_first_disk (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (configuration);
  VzDiskImageStorageDeviceAttachment *disk =
    devices->len > 0 ? vz_storage_device_configuration_get_disk_image (devices->pdata[0]) : NULL;

  return disk != NULL ? vz_disk_image_storage_device_attachment_get_path (disk) : NULL;
}

/* The file of QEMU's first disk, if it exists and is not @ours. */
static const char *
find_other (JsonArray *nodes, const struct stat *ours)
{
  const char *other = NULL;

  for (guint i = 0; i < json_array_get_length (nodes); i++)
    {
      JsonObject *node = json_array_get_object_element (nodes, i);
      const char *name = json_object_get_string_member_with_default (node, "node-name", "");
      const char *file = json_object_get_string_member_with_default (node, "file", "");
      struct stat st;

      if ((!g_str_equal (name, FIRST_DISK) && !g_str_equal (name, FIRST_DISK "-base")) ||
          stat (file, &st) != 0)
        continue;
      if (st.st_dev == ours->st_dev && st.st_ino == ours->st_ino)
        return NULL;
      other = file;
    }
  return other;
}

gboolean
vz_same_machine_check (VzEngine *engine, VzVirtualMachineConfiguration *configuration,
                       GError **error)
{
  const char *path = get_first_disk (configuration);
  g_autoptr (JsonNode) answer = NULL;
  struct stat ours;
  const char *other;

  if (path == NULL || stat (path, &ours) != 0)
    return TRUE;
  if (!vz_engine_call (engine, "query-named-block-nodes",
                       vz_json_new ("flat", vz_json_bool (TRUE), NULL), NULL, &answer, error))
    return FALSE;
  other = JSON_NODE_HOLDS_ARRAY (answer) ? find_other (json_node_get_array (answer), &ours) : NULL;
  return other == NULL ||
         vz_fail (error, VZ_ERROR_BUSY,
                  "another machine with the same machine identifier is running: its disk is '%s'",
                  other);
}
