/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* Half text, half noise: as compressible as a file system. The seed makes it the same each time. */
static void
put_data (int fd, guint32 seed, off_t offset, gsize size)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree guint8 *buffer = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    buffer[i] = (i & 64) ? (guint8) g_rand_int (random) : (guint8) ('a' + i % 23);
  g_assert_cmpint (pwrite (fd, buffer, size, offset), ==, (gssize) size);
}

Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autofree char *esp = NULL;
  g_autofree char *root = NULL;
  g_autofree guint8 *zeros = g_malloc0 (4 * MIB);

  self->folder = g_dir_make_tmp ("vz-restore-XXXXXX", NULL);
  self->strings = g_ptr_array_new_with_free_func (g_free);
  esp = fixture_path (self, "esp.raw");
  root = fixture_path (self, "root.raw");
  self->esp_fd = open (esp, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  self->raw_fd = open (root, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (self->esp_fd, >=, 0);
  g_assert_cmpint (self->raw_fd, >=, 0);
  put_data (self->esp_fd, 1, 0, FIXTURE_ESP_SIZE);
  g_assert_cmpint (ftruncate (self->raw_fd, FIXTURE_ROOT_SIZE), ==, 0);
  put_data (self->raw_fd, 2, 0, 4 * MIB);
  g_assert_cmpint (pwrite (self->raw_fd, zeros, 4 * MIB, 8 * MIB), ==, 4 * MIB);
  put_data (self->raw_fd, 3, 12 * MIB, MIB);
  put_data (self->raw_fd, 4, 15 * MIB + 8192, 4096);
  put_data (self->raw_fd, 5, 16 * MIB, MIB);
  return self;
}

void
fixture_free (Fixture *self)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", self->folder);

  close (self->esp_fd);
  close (self->raw_fd);
  fixture_run (self, command, NULL);
  g_ptr_array_unref (self->strings);
  g_free (self->folder);
  g_free (self);
}

char *
fixture_path (Fixture *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

VzRestoreImageDescription
fixture_description (void)
{
  return (VzRestoreImageDescription){
    .operating_system = "Debian GNU/Linux",
    .product_version = "12.9",
    .build_version = "12.9-test",
    .architecture = "x86_64",
    .minimum_cpu_count = 1,
    .minimum_memory_size = 512 * (guint64) MIB,
  };
}

VzRestoreImageWriter *
fixture_writer (Fixture *self, const char *path)
{
  VzRestoreImageWriter *writer = vz_restore_image_writer_new (path);
  VzRestoreImageDescription description = fixture_description ();
  VzComponentInfo esp = { .partition_type = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
                          .partition_name = "esp" };
  VzComponentInfo root = { .partition_type = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
                           .partition_name = "root",
                           .partition_uuid = "01234567-89ab-cdef-0123-456789abcdef",
                           .grow = TRUE };
  g_autoptr (GError) error = NULL;

  vz_restore_image_writer_set_description (writer, &description, &error);
  g_assert_no_error (error);
  vz_restore_image_writer_add_component (writer, "ESP", &esp, self->esp_fd, &error);
  g_assert_no_error (error);
  vz_restore_image_writer_add_component (writer, "RootFileSystem", &root, self->raw_fd, &error);
  g_assert_no_error (error);
  return writer;
}

const char *
fixture_write (Fixture *self, const char *name)
{
  char *path = fixture_path (self, name);
  g_autoptr (VzRestoreImageWriter) writer = fixture_writer (self, path);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (self->strings, path);
  vz_restore_image_writer_finish (writer, NULL, NULL, &error);
  g_assert_no_error (error);
  return path;
}

void
fixture_run (Fixture *self, const char *command, char **ret_output)
{
  const char *argv[] = { "/bin/sh", "-ec", command, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  int status = -1;

  g_spawn_sync (self->folder, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  if (ret_output != NULL)
    *ret_output = g_steal_pointer (&output);
}
