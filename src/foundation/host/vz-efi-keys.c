/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-efi-keys.h"

#include <string.h>

/* How this works
 *
 * In a store, each variable has its owner's GUID, followed by its name in UTF-16. The platform key
 * is the variable PK with the EFI specification's own GUID. A deleted variable remains in place,
 * but the firmware does not delete a platform key without its owner's signature. */

static const guint8 platform_key[] = {
  0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11, 0xaa, 0x0d, 0x00,
  0xe0, 0x98, 0x03, 0x2b, 0x8c, 'P',  0,    'K',  0,    0,    0,
};

gboolean
vz_efi_keys_are_in (const char *path)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);

  return file != NULL && g_mapped_file_get_length (file) > 0 &&
         memmem (g_mapped_file_get_contents (file), g_mapped_file_get_length (file), platform_key,
                 sizeof platform_key) != NULL;
}
