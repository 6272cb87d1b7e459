/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-file.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "systems/vz-system-name.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A file of systems: what is read of it can be found again, and has what is promised. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, MIN (size, VZ_SYSTEM_FILE_MAX));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) systems = vz_system_file_read (bytes, "f", "x86_64", &error);

  g_assert ((systems == NULL) == (error != NULL));
  for (guint i = 0; systems != NULL && i < systems->len; i++)
    {
      const VzSystem *system = systems->pdata[i];
      g_autofree char *name = vz_system_dup_full_name (system);

      g_assert (system->url != NULL && strchr (system->url, '/') != NULL);
      g_assert (system->listed_name[0] != '\0' && system->title != NULL);
      g_assert (system->checksums != NULL || system->signature == NULL);
      g_assert (system->key == NULL || system->signers[0] != NULL);
      if (!system->by_version_only || system->version != NULL)
        g_assert (vz_system_name_find (systems, name) != NULL);
    }
  return 0;
}
