/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/target/vz-partition-table.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-glib/json-glib.h>

#include "foundation/vz-error.h"

#define MIB (1ULL << 20)
#define ESP "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define ROOT "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"
#define ESP_UUID "11111111-2222-4333-8444-555555555555"
#define ROOT_UUID "66666666-7777-4888-9999-AAAAAAAAAAAA"

static VzPartitionTable *
debian_table (guint64 disk_size)
{
  VzPartitionTable *table = vz_partition_table_new (disk_size);

  /* In the wrong order on purpose. */
  vz_partition_table_add (table, "RootFileSystem", ROOT, "root", ROOT_UUID, 900 * MIB + 5, TRUE);
  vz_partition_table_add (table, "ESP", ESP, "EFI system", ESP_UUID, 128 * MIB, FALSE);
  return table;
}

static void
test_plan (void)
{
  g_autoptr (VzPartitionTable) table = debian_table (128ULL << 30);
  g_autoptr (GError) error = NULL;
  const VzPartition *esp;
  const VzPartition *root;

  g_assert_true (vz_partition_table_plan (table, &error));
  g_assert_no_error (error);
  esp = vz_partition_table_find (table, "ESP");
  root = vz_partition_table_find (table, "RootFileSystem");
  g_assert_null (vz_partition_table_find (table, "Swap"));
  g_assert_true (g_ptr_array_index (table->partitions, 0) == esp);
  g_assert_cmpuint (esp->offset, ==, MIB);
  g_assert_cmpuint (esp->size, ==, 128 * MIB);
  g_assert_cmpuint (root->offset, ==, 129 * MIB);
  g_assert_cmpuint (root->offset + root->size, ==, (128ULL << 30) - MIB);
}

static void
test_too_small (void)
{
  /* 1 MiB before the first partition, 128, 901 (rounded up), and the tail. */
  guint64 needed = (1 + 128 + 901 + 1) * MIB;
  g_autoptr (VzPartitionTable) fits = debian_table (needed);
  g_autoptr (VzPartitionTable) table = debian_table (needed - 512);
  g_autofree char *have =
    g_format_size_full (needed - 512, G_FORMAT_SIZE_IEC_UNITS | G_FORMAT_SIZE_LONG_FORMAT);
  g_autofree char *need =
    g_format_size_full (needed, G_FORMAT_SIZE_IEC_UNITS | G_FORMAT_SIZE_LONG_FORMAT);
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_partition_table_plan (fits, &error));
  g_assert_no_error (error);
  g_assert_false (vz_partition_table_plan (table, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_nonnull (strstr (error->message, have));
  g_assert_nonnull (strstr (error->message, need));
}

static void
assert_refused (VzPartitionTable *table)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_partition_table_plan (table, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE);
}

/* Sizes come from a file that somebody else wrote. */
static void
test_hostile_sizes (void)
{
  static const guint64 sizes[] = { 0, G_MAXUINT64, G_MAXINT64, (guint64) G_MAXINT64 + 1 };
  g_autoptr (VzPartitionTable) empty = vz_partition_table_new (MIB);
  g_autoptr (VzPartitionTable) many = vz_partition_table_new (1ULL << 40);
  g_autoptr (VzPartitionTable) growing = debian_table (1ULL << 40);
  g_autoptr (VzPartitionTable) untyped = vz_partition_table_new (1ULL << 40);

  assert_refused (empty);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (VzPartitionTable) table = debian_table (1ULL << 40);

      vz_partition_table_add (table, "Bad", ROOT, NULL, NULL, sizes[i], FALSE);
      assert_refused (table);
    }
  for (guint i = 0; i < 129; i++)
    vz_partition_table_add (many, "Many", ROOT, NULL, NULL, 1, FALSE);
  assert_refused (many);
  vz_partition_table_add (growing, "Second", ROOT, NULL, NULL, MIB, TRUE);
  assert_refused (growing);
  vz_partition_table_add (untyped, "Untyped", NULL, NULL, NULL, MIB, FALSE);
  assert_refused (untyped);
}

static JsonObject *
read_with_sfdisk (const char *path, JsonParser *parser)
{
  const char *argv[] = { "sfdisk", "--json", path, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *root;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_true (json_parser_load_from_data (parser, output, -1, &error));
  root = json_node_get_object (json_parser_get_root (parser));
  return json_object_get_object_member (root, "partitiontable");
}

static void
assert_partition (JsonObject *disk, guint number, guint64 offset, guint64 size, const char *type,
                  const char *name, const char *uuid)
{
  JsonArray *partitions = json_object_get_array_member (disk, "partitions");
  JsonObject *entry = json_array_get_object_element (partitions, number);

  g_assert_cmpint (json_object_get_int_member (entry, "start") * 512, ==, (gint64) offset);
  g_assert_cmpint (json_object_get_int_member (entry, "size") * 512, ==, (gint64) size);
  g_assert_cmpstr (json_object_get_string_member (entry, "type"), ==, type);
  g_assert_cmpstr (json_object_get_string_member (entry, "name"), ==, name);
  g_assert_cmpstr (json_object_get_string_member (entry, "uuid"), ==, uuid);
}

static void
test_write (void)
{
  g_autofree char *sfdisk = g_find_program_in_path ("sfdisk");
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "vz-disk-XXXXXX", NULL);
  g_autoptr (VzPartitionTable) table = debian_table (8ULL << 30);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *disk;
  struct stat st;
  int fd;

  if (sfdisk == NULL)
    {
      g_test_skip ("sfdisk is not installed");
      return;
    }
  fd = g_mkstemp (path);
  g_assert_cmpint (ftruncate (fd, (off_t) table->disk_size), ==, 0);
  g_assert_true (vz_partition_table_plan (table, &error));
  g_assert_true (vz_partition_table_write (table, fd, &error));
  g_assert_no_error (error);
  /* The descriptor is still ours, and the file still sparse. */
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, (off_t) table->disk_size);
  g_assert_cmpint (st.st_blocks, <, 2048);

  disk = read_with_sfdisk (path, parser);
  g_assert_cmpstr (json_object_get_string_member (disk, "label"), ==, "gpt");
  g_assert_cmpint (json_array_get_length (json_object_get_array_member (disk, "partitions")), ==,
                   2);
  assert_partition (disk, 0, MIB, 128 * MIB, ESP, "EFI system", ESP_UUID);
  assert_partition (disk, 1, 129 * MIB, (8ULL << 30) - 130 * MIB, ROOT, "root", ROOT_UUID);
  close (fd);
  g_unlink (path);
}

/* A type unknown to libfdisk, and a partition without name and identifier. */
static void
test_write_unknown_type (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "vz-disk-XXXXXX", NULL);
  g_autoptr (VzPartitionTable) table = vz_partition_table_new (16 * MIB);
  g_autoptr (GError) error = NULL;
  int fd = g_mkstemp (path);

  g_assert_cmpint (ftruncate (fd, (off_t) table->disk_size), ==, 0);
  vz_partition_table_add (table, "Odd", "12345678-1234-4234-8234-123456789ABC", NULL, NULL, 1,
                          FALSE);
  g_assert_true (vz_partition_table_plan (table, &error));
  g_assert_true (vz_partition_table_write (table, fd, &error));
  g_assert_no_error (error);
  close (fd);
  g_unlink (path);
}

static void
test_write_refuses (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "vz-disk-XXXXXX", NULL);
  g_autoptr (VzPartitionTable) table = vz_partition_table_new (16 * MIB);
  g_autoptr (GError) error = NULL;
  int fd = g_mkstemp (path);

  g_assert_cmpint (ftruncate (fd, (off_t) table->disk_size), ==, 0);
  vz_partition_table_add (table, "Odd", ESP, NULL, "not a GUID", 1, FALSE);
  g_assert_true (vz_partition_table_plan (table, &error));
  g_assert_false (vz_partition_table_write (table, fd, &error));
  g_assert_nonnull (error);
  close (fd);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/partition-table/plan", test_plan);
  g_test_add_func ("/partition-table/too-small", test_too_small);
  g_test_add_func ("/partition-table/hostile-sizes", test_hostile_sizes);
  g_test_add_func ("/partition-table/write", test_write);
  g_test_add_func ("/partition-table/write-unknown-type", test_write_unknown_type);
  g_test_add_func ("/partition-table/write-refuses", test_write_refuses);
  return g_test_run ();
}
