/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-fixture.h"

#include "configuration/identity/vz-generic-hardware-model.h"
#include "configuration/identity/vz-hardware-model.h"
#include "image/manifest/vz-mac-os-configuration-requirements.h"
#include "image/vz-mac-os-restore-image.h"
#include "image/vz-restore-image-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

/* Makes a zip file of one stored member; NULL content: none. */
static char *
make_zip (Fixture *fixture, const char *name, const char *content)
{
  char *path = fixture_path (fixture, "x.ipsw");
  zip_t *archive = zip_open (path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  zip_source_t *source = zip_source_buffer (archive, content, strlen (content), 0);

  g_assert_cmpint (zip_file_add (archive, name, source, ZIP_FL_ENC_UTF_8), >=, 0);
  g_assert_cmpint (zip_close (archive), ==, 0);
  return path;
}

static void
assert_refused (const char *path, VzError code, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_restore_image_load (path, NULL, &error));
  g_assert_error (error, VZ_ERROR, (int) code);
  if (strstr (error->message, text) == NULL)
    g_error ("'%s' does not say '%s'", error->message, text);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_ours (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VzRestoreImage)
    image = vz_restore_image_load (fixture_write (fixture, "a.ipsw"), NULL, &error);
  g_autoptr (GPtrArray) components = NULL;
  VzConfigurationRequirements *requirements;
  VzHardwareModel *model;
  const VzComponent *root;

  g_assert_no_error (error);
  g_assert_cmpstr (vz_restore_image_get_operating_system (image), ==, "Debian GNU/Linux");
  g_assert_cmpstr (vz_restore_image_get_operating_system_version (image), ==, "12.9");
  g_assert_cmpstr (vz_restore_image_get_build_version (image), ==, "12.9-test");
  g_assert_cmpstr (vz_restore_image_get_supported_product_types (image)[0], ==, "VzGeneric-x86_64");
  g_assert_true (vz_restore_image_is_supported (image));
  g_assert_null (vz_restore_image_get_unsupported_reasons (image)[0]);
  g_assert_true (g_str_has_prefix (vz_restore_image_get_url (image), "file:///"));
  g_assert_cmpuint (vz_restore_image_get_size (image), >, 1024 * 1024);

  requirements = vz_restore_image_get_most_featureful_supported_configuration (image);
  g_assert_cmpuint (vz_configuration_requirements_get_minimum_supported_cpu_count (requirements),
                    ==, 1);
  g_assert_cmpuint (vz_configuration_requirements_get_minimum_supported_memory_size (requirements),
                    ==, 512 << 20);
  g_assert_cmpuint (vz_configuration_requirements_get_minimum_disk_size (requirements), ==,
                    FIXTURE_ESP_SIZE + FIXTURE_ROOT_SIZE + (4 << 20));
  g_assert_cmpstr (vz_configuration_requirements_get_device_class (requirements), ==, "q35-x86_64");
  model = vz_configuration_requirements_get_hardware_model (requirements);
  g_assert_true (VZ_IS_GENERIC_HARDWARE_MODEL (model));
  g_assert_cmpstr (vz_generic_hardware_model_get_architecture (VZ_GENERIC_HARDWARE_MODEL (model)),
                   ==, "x86_64");

  components = vz_restore_image_list_components (image);
  g_assert_cmpuint (components->len, ==, 2);
  g_assert_cmpstr (((VzComponent *) components->pdata[0])->name, ==, "ESP");
  root = components->pdata[1];
  g_assert_cmpstr (root->partition_type, ==, "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709");
  g_assert_cmpstr (root->partition_name, ==, "root");
  g_assert_cmpuint (root->size, ==, FIXTURE_ROOT_SIZE);
  g_assert_cmpuint (root->n_chunks, ==, 5);
  g_assert_true (root->grow);
  g_assert_cmpuint (strlen (root->digest), ==, 64);
}

static void
loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  *(VzRestoreImage **) data = vz_restore_image_load_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_async (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (VzRestoreImage) image = NULL;

  vz_restore_image_load_async (fixture_write (fixture, "a.ipsw"), NULL, loaded, &image);
  while (image == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (vz_restore_image_is_supported (image));
}

static void
test_described (void)
{
  VzRestoreImageDescription description = fixture_description ();
  g_autoptr (VzRestoreImage)
    image = vz_restore_image_new_described ("compose:debian/stable/x86_64", &description, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (vz_restore_image_get_url (image), ==, "compose:debian/stable/x86_64");
  g_assert_null (vz_restore_image_get_path (image));
  g_assert_true (vz_restore_image_is_supported (image));
  g_assert_false (vz_restore_image_verify (image, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
}

#define XML_HEAD \
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST " \
  "1.0//EN\" " \
  "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">"
#define MANIFEST(products, identities) \
  XML_HEAD "<dict><key>ProductVersion</key><string>15.5</string><key>ProductBuildVersion</key>" \
           "<string>24F74</string><key>SupportedProductTypes</key><array><string>" products \
           "</string></array><key>BuildIdentities</key><array>" identities \
           "</array></dict></plist>"
#define IDENTITY(info) "<dict><key>Info</key><dict>" info "</dict><key>Manifest</key><dict/></dict>"
#define MAC_INFO(host) \
  "<key>DeviceClass</key><string>vma2macosap</string><key>VirtualMachineMinCPUCount</" \
  "key><integer>2</integer>" \
  "<key>VirtualMachineMinMemorySizeMB</key><integer>4096</integer><key>VirtualMachineMinHostOS</" \
  "key><string>" host "</string>"

/* The facts' vectors A and B. */
#define MODEL_12 \
  "YnBsaXN0MDDTAQIDBAUGXxAZRGF0YVJlcHJlc2VudGF0aW9uVmVyc2lvbl8QD1BsYXRmb3JtVmVyc2lvbl8QEk1pbmltdW" \
  "1TdXBwb3J0ZWRPUxQAAAAAAAAAAAAAAAAAAAABEAKjBwgIEAwQAAgPKz1SY2VpawAAAAAAAAEBAAAAAAAAAAkAAAAAAAAA" \
  "AAAAAAAAAABt"
#define MODEL_13 \
  "YnBsaXN0MDDTAQIDBAUGXxAZRGF0YVJlcHJlc2VudGF0aW9uVmVyc2lvbl8QD1BsYXRmb3JtVmVyc2lvbl8QEk1pbmltdW" \
  "1TdXBwb3J0ZWRPUxQAAAAAAAAAAAAAAAAAAAABEAKjBwgIEA0QAAgPKz1SY2VpawAAAAAAAAEBAAAAAAAAAAkAAAAAAAAA" \
  "AAAAAAAAAABt"

static void
check_mac (const char *manifest, const char *model_base64)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *path = make_zip (fixture, "BuildManifest.plist", manifest);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzRestoreImage) image = vz_restore_image_load (path, NULL, &error);
  g_autoptr (GPtrArray) requirements = NULL;
  g_auto (GStrv) lines = NULL;
  VzMacHardwareModel *model;
  GBytes *data;
  g_autofree char *base64 = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (vz_restore_image_get_operating_system (image), ==, "macOS");
  g_assert_false (vz_restore_image_is_supported (image));
  g_assert_null (vz_restore_image_get_most_featureful_supported_configuration (image));
  g_assert_nonnull (strstr (vz_restore_image_get_unsupported_reasons (image)[0], "Linux host"));
  g_assert_true (VZ_IS_MAC_OS_RESTORE_IMAGE (image));
  g_assert_false (vz_restore_image_check_supported (image, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  requirements = vz_restore_image_list_requirements (image);
  g_assert_cmpuint (requirements->len, ==, 1);
  g_assert_cmpuint (vz_configuration_requirements_get_minimum_supported_memory_size (requirements
                                                                                       ->pdata[0]),
                    ==, G_GUINT64_CONSTANT (4096) << 20);
  model = vz_mac_os_configuration_requirements_get_mac_hardware_model (requirements->pdata[0]);
  g_assert_false (vz_hardware_model_is_supported (VZ_HARDWARE_MODEL (model)));
  data = vz_hardware_model_get_data_representation (VZ_HARDWARE_MODEL (model));
  base64 = g_base64_encode (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  g_assert_cmpstr (base64, ==, model_base64);
}

static void
test_macos (void)
{
  check_mac (MANIFEST ("VirtualMac2,1",
                       IDENTITY (MAC_INFO ("13.0.0")) IDENTITY ("<key>DeviceClass</key>"
                                                                "<string>j274ap</string>")),
             MODEL_13);
  check_mac (MANIFEST ("VirtualMac2,1", IDENTITY (MAC_INFO ("12.0.0"))), MODEL_12);
}

static void
assert_version (const char *text, guint major, guint minor, guint patch)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *version = g_strdup_printf ("<string>%s</string>", text);
  g_auto (GStrv) halves = g_strsplit (MANIFEST ("VirtualMac2,1", IDENTITY (MAC_INFO ("13.0.0"))),
                                      "<string>15.5</string>", 2);
  g_autofree char *manifest = g_strjoinv (version, halves);
  g_autofree char *path = make_zip (fixture, "BuildManifest.plist", manifest);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzMacOSRestoreImage) image = vz_mac_os_restore_image_load (path, NULL, &error);
  guint found[3] = { 99, 99, 99 };

  g_assert_no_error (error);
  vz_mac_os_restore_image_get_version_numbers (image, &found[0], &found[1], &found[2]);
  g_assert_cmpuint (found[0], ==, major);
  g_assert_cmpuint (found[1], ==, minor);
  g_assert_cmpuint (found[2], ==, patch);
}

static void
test_macos_class (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GError) error = NULL;

  assert_version ("15.5", 15, 5, 0);
  assert_version ("26.6.1", 26, 6, 1);
  assert_version ("12", 12, 0, 0);
  assert_version ("99999999999999999999.x.3.4", G_MAXUINT, 0, 3);
  g_assert_null (vz_mac_os_restore_image_load (fixture_write (fixture, "a.ipsw"), NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE);
  g_assert_nonnull (strstr (error->message, "Debian GNU/Linux, not for macOS"));
}

static void
test_other_architecture (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *path = make_zip (
    fixture, "BuildManifest.plist",
    MANIFEST (
      "VzGeneric-riscv64",
      IDENTITY ("<key>DeviceClass</key><string>virt-riscv64</string><key>Architecture</key>"
                "<string>riscv64</string><key>VirtualMachineMinCPUCount</key><integer>1</integer>"
                "<key>VirtualMachineMinMemorySizeMB</key><integer>512</integer>")));
  g_autoptr (GError) error = NULL;
  g_autoptr (VzRestoreImage) image = vz_restore_image_load (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_false (vz_restore_image_is_supported (image));
  g_assert_nonnull (strstr (vz_restore_image_get_unsupported_reasons (image)[0], "riscv64"));
}

static void
test_files (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  const char *whole = fixture_write (fixture, "a.ipsw");
  g_autofree char *missing = fixture_path (fixture, "missing.ipsw");
  g_autofree char *path = fixture_path (fixture, "x.ipsw");
  g_autofree char *empty_zip = NULL;
  g_autofree char *data = NULL;
  gsize size;

  assert_refused (missing, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "no such file");
  assert_refused (fixture->folder, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "not a regular file");
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  assert_refused (path, VZ_ERROR_INVALID_RESTORE_IMAGE, "empty");
  g_assert_true (g_file_set_contents (path, "This is no zip file, only text.", -1, NULL));
  assert_refused (path, VZ_ERROR_INVALID_RESTORE_IMAGE, "not a zip file");
  g_assert_true (g_file_get_contents (whole, &data, &size, NULL));
  g_assert_true (g_file_set_contents (path, data, (gssize) (size - 30), NULL));
  assert_refused (path, VZ_ERROR_INVALID_RESTORE_IMAGE, "truncated");
  g_assert_true (g_file_set_contents (path, data, (gssize) (size / 2), NULL));
  assert_refused (path, VZ_ERROR_INVALID_RESTORE_IMAGE, "truncated");
  empty_zip = make_zip (fixture, "something.txt", "else");
  assert_refused (empty_zip, VZ_ERROR_INVALID_RESTORE_IMAGE, "no BuildManifest.plist");
}

static void
test_members (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  static const char *const names[] = { "/etc/passwd", "a/../../b", "a\\b", "a\tb" };
  g_autofree char *path = NULL;
  g_autofree char *data = NULL;
  char *found;
  gsize size;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *bad = make_zip (fixture, names[i], "x");

      assert_refused (bad, VZ_ERROR_INVALID_RESTORE_IMAGE, "is not allowed: it");
    }
  /* The flag for encryption in both headers of a member. */
  path = make_zip (fixture, "BuildManifest.plist", MANIFEST ("x", ""));
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  data[6] |= 1;
  found = memmem (data, size, "PK\1\2", 4);
  found[8] |= 1;
  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  assert_refused (path, VZ_ERROR_INVALID_RESTORE_IMAGE, "encrypted");
}

/* A zip64 archive that claims 200 million members in a directory of 9 GB, all of it a hole: refused
 * before anything is allocated for them. */
static void
test_lying_count (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *path = fixture_path (fixture, "x.ipsw");
  guint64 count = 200 * 1000 * 1000, directory = 46 * count;
  guint64 end64[] = { GUINT64_TO_LE (44),        0, GUINT64_TO_LE (count), GUINT64_TO_LE (count),
                      GUINT64_TO_LE (directory), 0 };
  guint64 end64_at = GUINT64_TO_LE (directory);
  guint8 record[56 + 20 + 22] = "PK\6\6";
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  memcpy (record + 4, &end64[0], 8);
  record[12] = record[14] = 45;
  memcpy (record + 24, &end64[2], 32);
  memcpy (record + 56, "PK\6\7", 4);
  memcpy (record + 64, &end64_at, 8);
  record[72] = 1;
  memcpy (record + 76, "PK\5\6", 4);
  memset (record + 84, 0xff, 12);
  g_assert_cmpint (pwrite (fd, record, sizeof record, (off_t) directory), ==, sizeof record);
  close (fd);
  assert_refused (path, VZ_ERROR_INVALID_RESTORE_IMAGE, "200000000 members found");
}

/* Each is refused with the name of the key that is wrong. */
static void
test_manifests (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *deep = NULL;
  static const struct {
    const char *text, *message;
  } cases[] = {
    { "", "empty" },
    { "bplist00\xd0", "binary" },
    { "no XML at all", "not XML" },
    { XML_HEAD "<dict>", "ends prematurely" },
    { XML_HEAD "<array/></plist>", "not a dictionary" },
    { XML_HEAD "<!-- x --><dict/></plist>", "comments" },
    { XML_HEAD "<dict><key>a</key><string><![CDATA[x]]></string></dict></plist>", "CDATA" },
    { "<!DOCTYPE plist [<!ENTITY a \"aaaa\">]><plist><dict/></plist>", "well-formed" },
    { XML_HEAD "<dict/></plist>", "ProductVersion: it is missing" },
    { MANIFEST ("x", ""), "BuildIdentities: 0 entries" },
    { MANIFEST ("x", "<string>a</string>"), "BuildIdentities[0]: it is not a dictionary" },
    { MANIFEST ("x", IDENTITY ("")), "DeviceClass: it is missing" },
    { MANIFEST ("x", IDENTITY ("<key>DeviceClass</key><integer>1</integer>")),
      "DeviceClass: it has the wrong type" },
    { MANIFEST ("x", IDENTITY ("<key>DeviceClass</key><string>a</string>"
                               "<key>VirtualMachineMinCPUCount</key><integer>0</integer>")),
      "VirtualMachineMinCPUCount: 0 found" },
    { MANIFEST ("x", IDENTITY ("<key>DeviceClass</key><string>a</string>"
                               "<key>VirtualMachineMinCPUCount</key><string>0xZZ</string>")),
      "must be a number" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = make_zip (fixture, "BuildManifest.plist", cases[i].text);

      assert_refused (path, VZ_ERROR_INVALID_RESTORE_IMAGE, cases[i].message);
    }
  deep = g_strnfill (7 * 100000, ' ');
  for (int i = 0; i < 100000; i++)
    memcpy (deep + 7 * i, "<array>", 7);
  {
    g_autofree char *path = make_zip (fixture, "BuildManifest.plist", deep);

    assert_refused (path, VZ_ERROR_INVALID_RESTORE_IMAGE, "nested deeper");
  }
}

/* Replaces text in the manifest of a sound image and packs it again. */
static void
assert_edit_refused (const char *from, const char *to, VzError code, const char *message)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  const char *image = fixture_write (fixture, "a.ipsw");
  g_autofree char *command =
    g_strdup_printf ("unzip -q '%s' && sed -i 's|%s|%s|' BuildManifest.plist && rm '%s' && "
                     "zip -q -0 -r '%s' BuildManifest.plist Chunks",
                     image, from, to, image, image);

  fixture_run (fixture, command, NULL);
  assert_refused (image, code, message);
}

static void
test_chunk_tables (void)
{
  assert_edit_refused ("<integer>4194304</integer>", "<integer>4194303</integer>",
                       VZ_ERROR_INVALID_RESTORE_IMAGE, "ChunkSize: 4194303 found");
  assert_edit_refused ("<integer>4194304</integer>", "<integer>16777216</integer>",
                       VZ_ERROR_INVALID_RESTORE_IMAGE, "ChunkSize: 16777216 found");
  assert_edit_refused ("<integer>17825792</integer>", "<integer>29360128</integer>",
                       VZ_ERROR_INVALID_RESTORE_IMAGE, "ChunkDigests: 160 bytes found");
  assert_edit_refused ("<integer>17825792</integer>", "<integer>9223372036854775807</integer>",
                       VZ_ERROR_INVALID_RESTORE_IMAGE, "Size: 9223372036854775807 bytes found");
  assert_edit_refused ("<string>sha2-256</string>", "<string>md5</string>",
                       VZ_ERROR_INVALID_RESTORE_IMAGE, "HashMethod: 'md5' found");
  assert_edit_refused ("Chunks/ESP", "../ESP", VZ_ERROR_INVALID_RESTORE_IMAGE,
                       "Path: '../ESP' found");
  assert_edit_refused ("4F68BCE3-", "4F68BCEX-", VZ_ERROR_INVALID_RESTORE_IMAGE,
                       "PartitionType: '4F68BCEX-");
  assert_edit_refused ("AAAAAAAA", "AAAAAAAB", VZ_ERROR_INVALID_RESTORE_IMAGE,
                       "does not match the digest");
}

static void
test_missing_chunk (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  const char *path = fixture_write (fixture, "a.ipsw");
  g_autofree char *command =
    g_strdup_printf ("zip -q -d '%s' Chunks/RootFileSystem/000003.zst", path);
  g_autoptr (VzRestoreImage) image = NULL;
  g_autoptr (GError) error = NULL;

  fixture_run (fixture, command, NULL);
  image = vz_restore_image_load (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (vz_restore_image_verify (image, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE);
  g_assert_nonnull (strstr (error->message, "component RootFileSystem (q35-x86_64), chunk 3"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/restore/image/ours", test_ours);
  g_test_add_func ("/restore/image/async", test_async);
  g_test_add_func ("/restore/image/described", test_described);
  g_test_add_func ("/restore/image/macos", test_macos);
  g_test_add_func ("/restore/image/macos-class", test_macos_class);
  g_test_add_func ("/restore/image/other-architecture", test_other_architecture);
  g_test_add_func ("/restore/image/files", test_files);
  g_test_add_func ("/restore/image/members", test_members);
  g_test_add_func ("/restore/image/lying-count", test_lying_count);
  g_test_add_func ("/restore/image/manifests", test_manifests);
  g_test_add_func ("/restore/image/chunk-tables", test_chunk_tables);
  g_test_add_func ("/restore/image/missing-chunk", test_missing_chunk);
  return g_test_run ();
}
