/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-restore-image.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A whole image file: zip directory, member names, manifest, chunks. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("image", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (VzRestoreImage) image = NULL;
  g_autoptr (GError) error = NULL;

  if (write (fd, data, size) == (ssize_t) size)
    image = vz_restore_image_load (path, NULL, &error);
  if (image != NULL)
    (void) vz_restore_image_verify (image, NULL, NULL, NULL);
  close (fd);
  return 0;
}
