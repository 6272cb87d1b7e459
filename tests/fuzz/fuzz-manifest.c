/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-build-manifest.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The manifest of an image, which anybody may have written. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBuildManifest) manifest = vz_build_manifest_parse (bytes, &error);

  g_assert_true ((manifest != NULL) == (error == NULL));
  return 0;
}
