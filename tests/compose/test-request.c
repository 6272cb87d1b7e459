/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-request.h"

#include "compose/vz-compose-guest.h"
#include "compose/vz-compose.h"
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
  g_assert_true (vz_compose_request_get_use_cache (request));
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
test_url (void)
{
  static const char *const bad[] = {
    "compose:debian/stable", "compose:debian/stable/x86_64/x", "compose:ubuntu/noble/x86_64",
    "http://x/y.ipsw",       "compose:debian//x86_64",         "compose:debian/stable/mips"
  };
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compose/request/defaults", test_defaults);
  g_test_add_func ("/compose/request/refusals", test_refusals);
  g_test_add_func ("/compose/request/url", test_url);
  g_test_add_func ("/compose/request/destination", test_destination);
  g_test_add_func ("/compose/request/names", test_names);
  g_test_add_func ("/compose/request/recipe-digest", test_recipe_digest);
  g_test_add_func ("/compose/request/catalog", test_catalog);
  return g_test_run ();
}
