/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-request.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "compose/vz-compose-copy.h"
#include "compose/vz-compose-guest.h"
#include "compose/vz-compose.h"
#include "compose/vz-distribution.h"
#include "foundation/host/vz-host.h"
#include "image/vz-restore-image-catalog.h"
#include "image/vz-restore-image-download.h"

static void
test_defaults (void)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autofree char *url = vz_compose_request_dup_url (request);
  g_autofree char *expected =
    g_strdup_printf ("compose:debian/stable/%s", vz_host_get_architecture ());
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_config_validate (VZ_CONFIG (request), &error));
  g_assert_no_error (error);
  g_assert_cmpstr (url, ==, expected);
  g_assert_cmpstr (vz_compose_request_get_packages (request), ==, "");
  g_assert_cmpstr (vz_compose_request_get_mirror (request), ==, "");
  g_assert_false (vz_compose_request_get_desktop (request));
  g_assert_true (vz_compose_request_get_use_cache (request));
}

static void
test_desktop (void)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) error = NULL;

  vz_compose_request_set_desktop (request, TRUE);
  vz_compose_request_set_packages (request, "vim,nano");
  g_assert_true (vz_config_validate (VZ_CONFIG (request), &error));
  g_assert_no_error (error);
  vz_compose_request_set_packages (request, "");
  vz_compose_request_set_disk (request, "/x/cloud.qcow2");
  g_assert_false (vz_config_validate (VZ_CONFIG (request), &error));
  g_assert_nonnull (strstr (error->message, "desktop"));
  g_assert_nonnull (strstr (error->message, "cannot be combined with a disk image"));
}

static void
assert_refused (const char *property, const char *value)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) error = NULL;

  g_object_set (request, property, value, NULL);
  g_assert_false (vz_compose_image (request, "/nonexistent/x.ipsw", NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, property));
}

static void
test_refusals (void)
{
  assert_refused ("suite", "../etc");
  assert_refused ("suite", "a b");
  assert_refused ("suite", "-x");
  assert_refused ("suite", "Stable");
  assert_refused ("distribution", "fedora");
  assert_refused ("architecture", "riscv64");
  assert_refused ("architecture", "amd64");
  assert_refused ("packages", "?essential");
  assert_refused ("packages", "vim,--foo");
  assert_refused ("packages", "vim nano");
  assert_refused ("packages", "vim,,nano");
  assert_refused ("packages", "$(id)");
  assert_refused ("mirror", "file:///srv/debian");
  assert_refused ("mirror", "http://a/debian [trusted=yes]");
  assert_refused ("mirror", "deb.debian.org");
}

static void
test_script (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("vz-script-XXXXXX", &path, NULL);

  close (fd);
  assert_refused ("script", "/nonexistent/script");
  assert_refused ("script", "/");
  assert_refused ("script", path);
  g_assert_true (g_file_set_contents (path, "echo no program\n", -1, NULL));
  assert_refused ("script", path);
  g_unlink (path);
}

static void
test_copies (void)
{
  static const char *const bad[] = { "",        "motd",      ":/etc/motd",       "motd:etc/motd",
                                     "motd:",   "a:/../b",   "a:/srv/../../etc", "a:/b/..",
                                     "a:/b\nc", "a:/srv/./b" };
  g_autoptr (VzComposeCopy) copy = vz_compose_copy_new_from_string ("C:/a:/srv/b", NULL);

  g_assert_cmpstr (vz_compose_copy_get_source (copy), ==, "C:/a");
  g_assert_cmpstr (vz_compose_copy_get_destination (copy), ==, "/srv/b");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vz_compose_copy_new_from_string (bad[i], &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
    }
}

/* Ubuntu's archive has no such suite; and for whom it is not known by its keys, what helps. */
static void
test_ubuntu (void)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *keyring = vz_distribution_find_keyring (vz_distribution_find ("ubuntu"));

  vz_compose_request_set_distribution (request, "ubuntu");
  g_assert_false (vz_config_validate (VZ_CONFIG (request), &error));
  g_assert_nonnull (strstr (error->message, "such as noble"));
  g_clear_error (&error);
  vz_compose_request_set_suite (request, "noble");
  g_assert_true (vz_config_validate (VZ_CONFIG (request), NULL));
  if (keyring != NULL)
    return;
  g_assert_false (vz_compose_request_check_host (request, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "(Debian package ubuntu-keyring"));
}

static void
test_url (void)
{
  static const char *const bad[] = { "compose:debian/stable",    "compose:debian/stable/x86_64/x",
                                     "compose:fedora/42/x86_64", "http://x/y.ipsw",
                                     "compose:debian//x86_64",   "compose:debian/stable/mips" };
  g_autoptr (GError) error = NULL;
  g_autoptr (VzComposeRequest)
    request = vz_compose_request_new_from_url ("compose:debian/trixie/aarch64", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (vz_compose_request_get_suite (request), ==, "trixie");
  g_assert_cmpstr (vz_compose_request_get_architecture (request), ==, "aarch64");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (vz_compose_request_new_from_url (bad[i], &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
}

static void
test_destination (void)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_compose_image (request, "/proc/version", NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (vz_compose_image (request, "/nonexistent/x.ipsw", NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
}

static void
test_names (void)
{
  g_autoptr (VzGuestNames) one = vz_guest_names_new ("key");
  g_autoptr (VzGuestNames) same = vz_guest_names_new ("key");
  g_autoptr (VzGuestNames) other = vz_guest_names_new ("other");

  g_assert_true (g_uuid_string_is_valid (one->root_uuid));
  g_assert_true (g_uuid_string_is_valid (one->root_partition_uuid));
  g_assert_true (g_uuid_string_is_valid (one->esp_partition_uuid));
  g_assert_true (g_regex_match_simple ("^[0-9A-F]{4}-[0-9A-F]{4}$", one->esp_id, 0, 0));
  g_assert_cmpstr (one->root_uuid, ==, same->root_uuid);
  g_assert_cmpstr (one->root_uuid, !=, other->root_uuid);
  g_assert_cmpstr (one->root_uuid, !=, one->root_partition_uuid);
}

static void
test_recipe_digest (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *one = vz_compose_recipe_digest (&error);
  g_autofree char *two = vz_compose_recipe_digest (&error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (one), ==, 64);
  g_assert_cmpstr (one, ==, two);
}

static void
test_catalog (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzRestoreImage) image = NULL;
  g_autofree char *url = g_strdup_printf ("compose:debian/stable/%s", vz_host_get_architecture ());
  g_autofree char *before = g_strdup (g_getenv ("VZ_DATADIR"));

  image = vz_restore_image_fetch_latest_supported (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vz_restore_image_get_url (image), ==, url);
  g_assert_null (vz_restore_image_get_path (image));
  g_assert_true (vz_restore_image_is_supported (image));
  g_assert_false (vz_restore_image_download (image, "/proc/version", NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_clear_error (&error);

  g_setenv ("VZ_DATADIR", "/nonexistent", TRUE);
  g_assert_null (vz_restore_image_fetch_latest_supported (NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED);
  g_setenv ("VZ_DATADIR", before, TRUE);
}

static void
test_file_name (void)
{
  const struct {
    const char *distribution, *suite, *disk, *name;
    gboolean desktop;
  } rows[] = {
    { "debian", "stable", "", "Debian_stable_x86_64.ipsw" },
    { "debian", "stable", "", "Debian_stable_x86_64_desktop.ipsw", TRUE },
    { "ubuntu", "noble", "", "Ubuntu_noble_x86_64.ipsw" },
    { "debian", "stable", "/x/cloud.qcow2", "cloud.ipsw" },
    { "debian", "stable", "cloud.img.xz", "cloud.ipsw" },
    { "debian", "stable", "x/.raw", ".raw.ipsw" },
    { "debian", "stable", "x/disk.1", "disk.1.ipsw" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
      g_autofree char *name = NULL;

      vz_compose_request_set_distribution (request, rows[i].distribution);
      vz_compose_request_set_suite (request, rows[i].suite);
      vz_compose_request_set_architecture (request, "x86_64");
      vz_compose_request_set_disk (request, rows[i].disk);
      vz_compose_request_set_desktop (request, rows[i].desktop);
      name = vz_compose_request_dup_file_name (request);
      g_assert_cmpstr (name, ==, rows[i].name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compose/request/defaults", test_defaults);
  g_test_add_func ("/compose/request/desktop", test_desktop);
  g_test_add_func ("/compose/request/refusals", test_refusals);
  g_test_add_func ("/compose/request/script", test_script);
  g_test_add_func ("/compose/request/copies", test_copies);
  g_test_add_func ("/compose/request/ubuntu", test_ubuntu);
  g_test_add_func ("/compose/request/url", test_url);
  g_test_add_func ("/compose/request/destination", test_destination);
  g_test_add_func ("/compose/request/names", test_names);
  g_test_add_func ("/compose/request/recipe-digest", test_recipe_digest);
  g_test_add_func ("/compose/request/catalog", test_catalog);
  g_test_add_func ("/compose/request/file-name", test_file_name);
  return g_test_run ();
}
