/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-host.h"
#include "foundation/vz-fail.h"
#include "image/catalog/vz-catalog-private.h"
#include "image/catalog/vz-catalog-reader.h"
#include "image/catalog/vz-catalog-source.h"
#include "image/vz-mac-os-restore-image.h"
#include "image/vz-restore-image-catalog.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAC(version, build) \
  { \
    "VirtualMac2,1", version, build, NULL \
  }

typedef struct {
  const char *product, *version, *build, *system;
} Row;

static const Row rows[] = {
  MAC ("26.10", "25Z10"),
  MAC ("26.9", "25Z9"),
  MAC ("15.5.1", "24F80"),
  MAC ("15.5", "24F74"),
  MAC ("14.0", "23A344"),
  { "Mac13,1", "99.0", "99A1", NULL },
  { "VzGeneric-x86_64", "stable", "stable", "Debian GNU/Linux" },
  { "VzGeneric-x86_64", "13.1", "20260101", "Debian GNU/Linux" },
  { "VzGeneric-aarch64", "stable", "stable", "Debian GNU/Linux" },
  { "VzGeneric-aarch64", "13.1", "20260101", "Debian GNU/Linux" },
  { "VzGeneric-riscv64", "24.04", "r1", "Ubuntu" },
};

static void
append_entry (GString *text, const Row *row)
{
  g_string_append_printf (text,
                          "<key>%s</key><dict><key>%s</key><dict><key>Restore</key><dict>"
                          "<key>BuildVersion</key><string>%s</string><key>ProductVersion</key>"
                          "<string>%s</string><key>FirmwareURL</key>"
                          "<string>https://images.example/%s/%s</string>",
                          row->product, row->build, row->build, row->version, row->product,
                          row->build);
  if (row->system != NULL)
    g_string_append_printf (text, "<key>ProductName</key><string>%s</string>", row->system);
  g_string_append (text, "</dict></dict></dict>");
}

/* One version for each row, since a plist's dictionary has each product once. */
static GBytes *
format (const Row *first, gsize count)
{
  g_autoptr (GString)
    text = g_string_new ("<plist><dict><key>MobileDeviceSoftwareVersionsByVersion</key><dict>");

  for (gsize i = 0; i < count; i++)
    {
      g_string_append_printf (text,
                              "<key>%u</key><dict><key>MobileDeviceSoftwareVersions</key><dict>",
                              (guint) i);
      append_entry (text, &first[i]);
      g_string_append (text, "</dict></dict>");
    }
  g_string_append (text, "</dict></dict></plist>");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static VzCatalog *
make_catalog (void)
{
  g_autoptr (GBytes) bytes = format (rows, G_N_ELEMENTS (rows));
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = vz_catalog_read (bytes, "https://images.example/c.xml", "c.xml", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, G_N_ELEMENTS (rows));
  return vz_catalog_new (entries, g_new0 (char *, 1));
}

/* @product NULL: the host's own of vz. */
static void
check_found (VzCatalog *catalog, const char *name, const char *product, const char *build)
{
  g_autofree char *ours = g_strdup_printf ("VzGeneric-%s", vz_host_get_architecture ());
  g_autoptr (GError) error = NULL;
  g_autoptr (VzCatalogEntry) entry = vz_catalog_find (catalog, name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (entry->product, ==, product != NULL ? product : ours);
  g_assert_cmpstr (entry->build_version, ==, build);
}

static void
test_names (void)
{
  g_autoptr (VzCatalog) catalog = make_catalog ();

  check_found (catalog, "latest", NULL, "20260101"); /* a stated version is newer than "stable" */
  check_found (catalog, "linux", NULL, "20260101");
  check_found (catalog, "Debian", NULL, "20260101");
  check_found (catalog, "debian@stable", NULL, "stable");
  check_found (catalog, "stable", NULL, "stable");
  check_found (catalog, "13", NULL, "20260101");
  check_found (catalog, "VzGeneric-aarch64", "VzGeneric-aarch64", "20260101");
  check_found (catalog, "VzGeneric-aarch64@stable", "VzGeneric-aarch64", "stable");
  check_found (catalog, "ubuntu", "VzGeneric-riscv64", "r1");
  check_found (catalog, "macos", "VirtualMac2,1", "25Z10");
  check_found (catalog, "macOS@15", "VirtualMac2,1", "24F80");
  check_found (catalog, "macos@15.5", "VirtualMac2,1", "24F74");
  check_found (catalog, "macos@24f74", "VirtualMac2,1", "24F74");
  check_found (catalog, "15.5", "VirtualMac2,1", "24F74");
  check_found (catalog, "24F74", "VirtualMac2,1", "24F74");
  check_found (catalog, "26", "VirtualMac2,1", "25Z10");
  check_found (catalog, "VirtualMac2,1@14.0", "VirtualMac2,1", "23A344");
  check_found (catalog, "Mac13,1", "Mac13,1", "99A1"); /* only by its product */
}

static void
check_missing (VzCatalog *catalog, const char *name, VzError code, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_catalog_find (catalog, name, &error));
  g_assert_error (error, VZ_ERROR, (int) code);
  if (strstr (error->message, text) == NULL)
    g_error ("'%s' does not say '%s'", error->message, text);
}

static void
test_missing (void)
{
  g_autoptr (VzCatalog) catalog = make_catalog ();
  g_autoptr (VzCatalog) empty =
    vz_catalog_new (g_ptr_array_new_with_free_func ((GDestroyNotify) vz_catalog_entry_unref),
                    g_new0 (char *, 1));

  check_missing (catalog, "macos@15.4", VZ_ERROR_NOT_FOUND,
                 "there are 26.10 (25Z10), 26.9 (25Z9), 15.5.1 (24F80), 15.5 (24F74), 14.0");
  check_missing (catalog, "99.0", VZ_ERROR_NOT_FOUND, "'99.0'"); /* a real Mac's */
  check_missing (catalog, "15.", VZ_ERROR_NOT_FOUND, "'15.'");
  check_missing (catalog, "deb", VZ_ERROR_NOT_FOUND, "'deb'");
  check_missing (catalog, "", VZ_ERROR_INVALID_ARGUMENT, "''");
  check_missing (catalog, "macos@", VZ_ERROR_INVALID_ARGUMENT, "'macos@'");
  check_missing (catalog, "@15", VZ_ERROR_INVALID_ARGUMENT, "'@15'");
  check_missing (empty, "latest", VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG, "this host");
}

static void
test_images (void)
{
  g_autoptr (VzCatalog) catalog = make_catalog ();
  g_autoptr (VzCatalogEntry) mac = vz_catalog_find (catalog, "macos", NULL);
  g_autoptr (VzCatalogEntry) linux_entry = vz_catalog_find (catalog, "linux", NULL);
  g_autoptr (VzCatalogEntry) other = vz_catalog_find (catalog, "ubuntu", NULL);
  g_autoptr (VzRestoreImage) image = vz_restore_image_new_for_entry (mac, NULL, NULL);
  g_autoptr (VzRestoreImage) ours = vz_restore_image_new_for_entry (linux_entry, NULL, NULL);
  g_autoptr (VzRestoreImage) riscv = vz_restore_image_new_for_entry (other, NULL, NULL);

  g_assert_cmpstr (vz_restore_image_get_operating_system (image), ==, "macOS");
  g_assert_cmpstr (vz_restore_image_get_operating_system_version (image), ==, "26.10");
  g_assert_cmpstr (vz_restore_image_get_build_version (image), ==, "25Z10");
  g_assert_cmpstr (vz_restore_image_get_url (image), ==,
                   "https://images.example/VirtualMac2,1/25Z10");
  g_assert_cmpstr (vz_restore_image_get_supported_product_types (image)[0], ==, "VirtualMac2,1");
  g_assert_false (vz_restore_image_is_supported (image));
  g_assert_null (vz_restore_image_get_path (image));
  g_assert_nonnull (strstr (vz_restore_image_get_unsupported_reasons (image)[0], "Linux host"));
  g_assert_true (VZ_IS_MAC_OS_RESTORE_IMAGE (image));

  g_assert_true (vz_restore_image_is_supported (ours));
  g_assert_cmpstr (vz_restore_image_get_operating_system (ours), ==, "Debian GNU/Linux");
  g_assert_nonnull (vz_restore_image_get_most_featureful_supported_configuration (ours));
  g_assert_false (vz_restore_image_is_supported (riscv));
}

static void
test_limits (void)
{
  g_autofree char *spaces = g_strnfill (VZ_CATALOG_SIZE_MAX + 1, ' ');
  g_autofree char *long_text = g_strnfill (200, 'x');
  g_autoptr (GBytes) large = g_bytes_new_static (spaces, VZ_CATALOG_SIZE_MAX + 1);
  Row row = { "VzGeneric-x86_64", long_text, "1", NULL };
  g_autoptr (GBytes) version = format (&row, 1);
  g_autofree Row *many = g_new (Row, 65);
  g_autoptr (GBytes) versions = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_catalog_read (large, "file:///c", "c", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG);
  g_clear_error (&error);
  g_assert_null (vz_catalog_read (version, "file:///c", "c", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG);
  g_assert_nonnull (strstr (error->message, "ProductVersion"));
  g_clear_error (&error);
  for (guint i = 0; i < 65; i++)
    many[i] = rows[0];
  versions = format (many, 65);
  g_assert_null (vz_catalog_read (versions, "file:///c", "c", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG);
  g_assert_nonnull (strstr (error->message, "at most 64"));
}

/* Addresses have '&' in them; whole texts of "&amp;" would keep libplist busy for minutes. */
static void
test_escapes (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Row row = { "VzGeneric-x86_64", "1", "a&amp;b", NULL };
  g_autoptr (GBytes) good = format (&row, 1);
  g_autoptr (GBytes) bad = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  entries = vz_catalog_read (good, "file:///c", "c", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((VzCatalogEntry *) entries->pdata[0])->url, ==,
                   "https://images.example/VzGeneric-x86_64/a&b");
  g_assert_cmpstr (((VzCatalogEntry *) entries->pdata[0])->build_version, ==, "a&b");
  while (text->len < 2000000)
    g_string_append (text, "&amp;");
  row.version = text->str;
  bad = format (&row, 1);
  g_assert_null (vz_catalog_read (bad, "file:///c", "c", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG);
  g_assert_nonnull (strstr (error->message, "'&'"));
}

/* Keys of "ab" and "bA" all have one hash in libplist. */
static void
test_collisions (void)
{
  g_autoptr (GString) text = g_string_new ("<plist><dict>");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 80000; i++)
    {
      g_string_append (text, "<key>");
      for (guint bit = 0; bit < 17; bit++)
        g_string_append (text, i >> bit & 1 ? "ab" : "bA");
      g_string_append (text, "</key><true/>");
    }
  g_string_append (text, "</dict></plist>");
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  g_assert_null (vz_catalog_read (bytes, "file:///c", "c", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG);
  g_assert_nonnull (strstr (error->message, "keys"));
}

static void
got (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
test_configured (void)
{
  g_autofree char *url = g_strdup_printf ("compose:debian/stable/%s", vz_host_get_architecture ());
  g_autoptr (GAsyncResult) catalog_result = NULL;
  g_autoptr (GAsyncResult) image_result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VzCatalog) catalog = NULL;
  g_autoptr (VzRestoreImage) image = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  vz_catalog_load_configured_async ("linux", NULL, got, &catalog_result);
  catalog = vz_catalog_load_configured_finish (wait_for (&catalog_result), &error);
  g_assert_no_error (error);
  g_assert_null (vz_catalog_get_notes (catalog)[0]);
  entries = vz_catalog_list_entries (catalog);
  g_assert_cmpuint (entries->len, ==, 2);
  vz_restore_image_fetch_latest_async ("debian", NULL, got, &image_result);
  image = vz_restore_image_fetch_latest_finish (wait_for (&image_result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vz_restore_image_get_url (image), ==, url);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (vz_catalog_load_configured (NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (vz_catalog_load ("https://images.example/", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Which catalogs are asked at all. */
static void
test_sources (void)
{
  static const struct {
    const char *name;
    gboolean of_macs, of_ours, of_anything;
  } table[] = {
    { "latest", FALSE, TRUE, TRUE },        { "debian", FALSE, TRUE, TRUE },
    { "linux@13", FALSE, TRUE, TRUE },      { "VzGeneric-aarch64", FALSE, TRUE, TRUE },
    { "macos", TRUE, FALSE, TRUE },         { "macos@15.5", TRUE, FALSE, TRUE },
    { "VirtualMac2,1", TRUE, FALSE, TRUE }, { "Macmini9,1", TRUE, FALSE, TRUE },
    { "15.5", TRUE, TRUE, TRUE },           { "24F74", TRUE, TRUE, TRUE },
  };
  const char *macs[] = { "*Mac*", NULL }, *ours[] = { "VzGeneric-*", NULL };
  VzCatalogSource of_macs = { .products = (GStrv) macs }, of_ours = { .products = (GStrv) ours };
  VzCatalogSource of_anything = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (VzCatalogName) name = { VZ_CATALOG_NAME_LATEST, NULL, NULL };

      g_assert_true (vz_catalog_name_parse (table[i].name, &name, NULL));
      g_assert_cmpint (vz_catalog_source_may_have (&of_macs, &name), ==, table[i].of_macs);
      g_assert_cmpint (vz_catalog_source_may_have (&of_ours, &name), ==, table[i].of_ours);
      g_assert_cmpint (vz_catalog_source_may_have (&of_anything, &name), ==, table[i].of_anything);
    }
}

/* Writes FOLDER/catalogs.d/NAME. */
static void
write_file (const char *folder, const char *name, const char *content)
{
  g_autofree char *directory = g_build_filename (folder, "catalogs.d", NULL);
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-catalogs-XXXXXX", NULL);
  g_autofree char *own = g_build_filename (folder, "own", NULL);
  g_autofree char *system = g_build_filename (folder, "system", NULL);
  g_autofree char *data = g_strdup (g_getenv ("VZ_DATADIR"));
  g_autofree char *before = g_strdup (g_getenv ("VZ_SYSCONFDIR"));
  g_autofree char *relative = g_build_filename (system, "c.xml", NULL);
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  g_autoptr (GPtrArray) sources = NULL;
  g_auto (GStrv) texts = NULL;

  write_file (own, "20-b.conf", "[Catalog]\nURL=https://images.example/b\nProducts=Virtual*;Vz*\n");
  write_file (own, "30-c.conf", "[Catalog]\nURL=https://images.example/hidden\n");
  write_file (own, "40-d.conf", "[Catalog]\nURL=https://images.example/d\n");
  write_file (own, "README", "not read");
  write_file (own, ".50-e.conf", "not read");
  write_file (system, "10-a.conf", "[Catalog]\nURL=../c.xml\nEnabled=true\n");
  write_file (system, "30-c.conf", "[Catalog]\nEnabled=false\n");
  write_file (system, "60-f.conf", "[Catalog]\nProducts=*\n");
  write_file (system, "61-g.conf", "[Other]\nURL=x\n");
  write_file (system, "62-h.conf", "no key file");
  write_file (system, "63-i.conf", "[Catalog]\nURL=x\nEnabled=perhaps\n");
  g_setenv ("VZ_DATADIR", own, TRUE);
  g_setenv ("VZ_SYSCONFDIR", system, TRUE);
  sources = vz_catalog_source_list (notes);
  g_setenv ("VZ_DATADIR", data, TRUE);
  g_setenv ("VZ_SYSCONFDIR", before, TRUE);

  g_assert_cmpuint (sources->len, ==, 3);
  g_assert_cmpstr (((VzCatalogSource *) sources->pdata[0])->location, ==, relative);
  g_assert_cmpstr (((VzCatalogSource *) sources->pdata[1])->location, ==,
                   "https://images.example/b");
  g_assert_cmpstr (((VzCatalogSource *) sources->pdata[1])->products[1], ==, "Vz*");
  g_assert_cmpstr (((VzCatalogSource *) sources->pdata[2])->location, ==,
                   "https://images.example/d");
  texts = g_strv_builder_end (notes);
  g_assert_cmpuint (g_strv_length (texts), ==, 4);
  g_assert_nonnull (strstr (texts[0], "60-f.conf': URL"));
  g_assert_nonnull (strstr (texts[1], "61-g.conf"));
  g_assert_nonnull (strstr (texts[2], "62-h.conf"));
  g_assert_nonnull (strstr (texts[3], "63-i.conf': Enabled"));
  g_assert_true (vz_file_remove_tree (folder, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalog/names", test_names);
  g_test_add_func ("/catalog/missing", test_missing);
  g_test_add_func ("/catalog/images", test_images);
  g_test_add_func ("/catalog/limits", test_limits);
  g_test_add_func ("/catalog/escapes", test_escapes);
  g_test_add_func ("/catalog/collisions", test_collisions);
  g_test_add_func ("/catalog/configured", test_configured);
  g_test_add_func ("/catalog/cancelled", test_cancelled);
  g_test_add_func ("/catalog/sources", test_sources);
  g_test_add_func ("/catalog/files", test_files);
  return g_test_run ();
}
