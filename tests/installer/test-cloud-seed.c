/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "foundation/vz-error.h"
#include "foundation/vz-json.h"
#include "installer/vz-cloud-seed.h"

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHtest0000000000000000000000000000000000000 a"

static VzGuestSettings *
make_settings (void)
{
  static const char *const keys[] = { KEY, NULL };
  VzGuestSettings *settings = vz_guest_settings_new ();

  vz_guest_settings_set_host_name (settings, "it's-a-host");
  vz_guest_settings_set_user_name (settings, "anna");
  vz_guest_settings_set_ssh_authorized_keys (settings, keys);
  return settings;
}

/* The content of part @n, decoded. */
static char *
get_part (const char *mime, guint n)
{
  g_auto (GStrv) parts = g_strsplit (mime, "--vz-part-8b1f6c", -1);
  const char *body;
  gsize size;

  g_assert_cmpuint (g_strv_length (parts), >, n + 1);
  body = strstr (parts[n + 1], "\n\n");
  g_assert_nonnull (body);
  return (char *) g_base64_decode (body, &size);
}

static void
test_user_data (void)
{
  g_autoptr (VzGuestSettings) settings = make_settings ();
  g_autoptr (GBytes) own = g_bytes_new_static ("#cloud-config\npackages: [vim]\n", 30);
  VzCloudSeed seed = {
    .settings = settings, .identifier = "i", .mark = "vz-mark-1", .user_data = own
  };
  g_autofree char *mime = vz_cloud_seed_dup_user_data (&seed);
  g_autofree char *config = get_part (mime, 0);
  g_autofree char *users = get_part (mime, 1);
  g_autofree char *script = get_part (mime, 2);
  g_autoptr (JsonObject) object = NULL;
  JsonObject *user;

  g_assert_true (g_str_has_prefix (mime, "Content-Type: multipart/mixed"));
  g_assert_true (g_str_has_prefix (config, "#cloud-config\n"));
  object = vz_json_parse (config + 14, strlen (config + 14));
  g_assert_nonnull (object);
  g_assert_cmpstr (vz_json_get_string (object, "hostname"), ==, "it's-a-host");
  user = json_array_get_object_element (json_object_get_array_member (object, "users"), 0);
  g_assert_cmpstr (vz_json_get_string (user, "name"), ==, "anna");
  g_assert_cmpstr (
    json_array_get_string_element (json_object_get_array_member (user, "ssh_authorized_keys"), 0),
    ==, KEY);
  g_assert_true (g_str_has_prefix (users, "#cloud-config\npackages"));
  g_assert_nonnull (strstr (mime, "Merge-Type: dict(no_replace"));
  g_assert_true (g_str_has_prefix (script, "#!/bin/sh\n"));
  g_assert_nonnull (strstr (script, "vz-mark-1"));
  /* No line is longer than mail allows. */
  for (const char *line = mime; line != NULL; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      g_assert_cmpuint (strcspn (line, "\n"), <=, 76);
    }
}

/* The script prints the mark and the outcome of the settings, in any sh. */
static void
test_script_is_sound (void)
{
  g_autoptr (VzGuestSettings) settings = make_settings ();
  VzCloudSeed seed = { .settings = settings, .identifier = "i", .mark = "vz-mark-1" };
  g_autofree char *mime = vz_cloud_seed_dup_user_data (&seed);
  g_autofree char *script = get_part (mime, 1);
  const char *argv[] = { "sh", "-n", "-c", script, NULL };
  g_autofree char *errors = NULL;
  int status = 1;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               &errors, &status, NULL));
  g_assert_cmpstr (errors, ==, "");
  g_assert_cmpint (status, ==, 0);
}

static void
test_own_file (void)
{
  static const struct {
    const char *text;
    gboolean good;
  } rows[] = {
    { "#cloud-config\n", TRUE },    { "#!/bin/sh\n", TRUE },     { "#cloud-boothook\n", TRUE },
    { "#include\nhttp://x", TRUE }, { "packages: []\n", FALSE }, { "", FALSE },
    { "# cloud-config", FALSE },
  };
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "user-data", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) data = NULL;

      g_assert_true (g_file_set_contents (path, rows[i].text, -1, NULL));
      data = vz_cloud_seed_read (path, &error);
      g_assert_true ((data != NULL) == rows[i].good);
      if (!rows[i].good)
        g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
    }
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_volume (void)
{
  g_autoptr (VzGuestSettings) settings = make_settings ();
  VzCloudSeed seed = { .settings = settings, .identifier = "i-1", .mark = "m" };
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "seed", NULL);
  const char *argv[] = { "mtype", "-i", path, "::/meta-data", NULL };
  g_autofree char *said = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_assert_true (vz_cloud_seed_write (&seed, path, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &said,
                               NULL, NULL, NULL));
  g_assert_cmpstr (said, ==, "{\"instance-id\":\"i-1\",\"local-hostname\":\"it's-a-host\"}");
  /* The label by which cloud-init finds it. */
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_assert_nonnull (memmem (content, size, "CIDATA     ", 11));
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-seed/user-data", test_user_data);
  g_test_add_func ("/cloud-seed/script", test_script_is_sound);
  g_test_add_func ("/cloud-seed/own-file", test_own_file);
  g_test_add_func ("/cloud-seed/volume", test_volume);
  return g_test_run ();
}
