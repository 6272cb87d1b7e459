/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/chunks/vz-chunk-pipeline.h"
#include "image/manifest/vz-chunk.h"
#include "image/manifest/vz-component-private.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHUNK_SIZE (64 * 1024)
#define NAME "c/000000.zst"
#define NAME_LENGTH 12

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
put (GByteArray *out, guint64 value, guint bytes)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, bytes);
}

/* A zip file with one stored member. */
static int
make_image (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  int fd = memfd_create ("image", MFD_CLOEXEC);
  guint directory;

  put (out, 0x04034b50, 4);
  put (out, 20, 2); /* version; then flags, method, time, date, checksum: all 0 */
  put (out, 0, 8);
  put (out, 0, 4);
  put (out, size, 4);
  put (out, size, 4);
  put (out, NAME_LENGTH, 4);
  g_byte_array_append (out, (const guint8 *) NAME, NAME_LENGTH);
  g_byte_array_append (out, data, (guint) size);
  directory = out->len;
  put (out, 0x02014b50, 4);
  put (out, 20, 2);
  put (out, 20, 2);
  put (out, 0, 8);
  put (out, 0, 4);
  put (out, size, 4);
  put (out, size, 4);
  put (out, NAME_LENGTH, 2);
  put (out, 0, 8); /* extra, comment, disk, internal attributes */
  put (out, 0, 8); /* external attributes, offset */
  g_byte_array_append (out, (const guint8 *) NAME, NAME_LENGTH);
  put (out, 0x06054b50, 4);
  put (out, 0, 4);
  put (out, 1, 2);
  put (out, 1, 2);
  put (out, 46 + NAME_LENGTH, 4);
  put (out, directory, 4);
  put (out, 0, 2);
  g_assert_cmpint (write (fd, out->data, out->len), ==, (gssize) out->len);
  return fd;
}

/* A chunk whose digest is right although its frame is anything: the first two bytes say how long
 * its content should be. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (VzComponent) component = vz_component_new ();
  g_autoptr (VzImageContainer) container = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  guint8 digest[VZ_CHUNK_DIGEST_SIZE];
  int image, disk;

  if (size < 3)
    return 0;
  component->size = (guint64) (data[0] | data[1] << 8) + 1;
  component->name = g_strdup ("c");
  component->path = g_strdup ("c");
  component->chunk_size = CHUNK_SIZE;
  component->n_chunks = 1;
  vz_chunk_compute_digest (data + 2, size - 2, digest);
  component->chunk_digests = g_bytes_new (digest, sizeof digest);

  image = make_image (data + 2, size - 2);
  disk = memfd_create ("disk", MFD_CLOEXEC);
  path = g_strdup_printf ("/proc/self/fd/%d", image);
  container = vz_image_container_open (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ftruncate (disk, CHUNK_SIZE), ==, 0);
  (void) vz_chunk_pipeline_run (container, component, disk, 0, NULL, NULL, &error);
  close (disk);
  close (image);
  return 0;
}
