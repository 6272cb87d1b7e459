/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "disk/vz-ignition-disk.h"
#include "foundation/vz-error.h"
#include "foundation/vz-json.h"
#include "installer/vz-first-boot.h"
#include "installer/vz-ignition.h"

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHtest0000000000000000000000000000000000000 a"
#define DATA "data:;base64,"

static JsonObject *
make_config (const char *user_data)
{
  static const char *const keys[] = { KEY, NULL };
  g_autoptr (VzGuestSettings) settings = vz_guest_settings_new ();
  g_autoptr (GBytes) own = user_data != NULL ? g_bytes_new_static (user_data, strlen (user_data))
                                             : NULL;
  VzIgnition ignition = { settings, "vz-mark-1", own };
  g_autofree char *text = NULL;
  JsonObject *object;

  vz_guest_settings_set_host_name (settings, "a.host");
  vz_guest_settings_set_user_name (settings, "anna");
  vz_guest_settings_set_ssh_authorized_keys (settings, keys);
  text = vz_ignition_dup_config (&ignition);
  object = vz_json_parse (text, strlen (text));
  g_assert_nonnull (object);
  return object;
}

/* The decoded content of the URL in @source's member of that name. */
static char *
decode (JsonObject *source)
{
  const char *url = vz_json_get_string (source, "source");
  g_autofree guchar *data = NULL;
  gsize size = 0;

  g_assert_true (g_str_has_prefix (url, DATA));
  data = g_base64_decode (url + strlen (DATA), &size);
  return g_strndup ((char *) data, size);
}

static JsonArray *
get_array (JsonObject *object, const char *outer, const char *inner)
{
  return json_object_get_array_member (json_object_get_object_member (object, outer), inner);
}

static const char *
get_version (JsonObject *object)
{
  return vz_json_get_string (json_object_get_object_member (object, "ignition"), "version");
}

/* Ignition ignores unknown names, so they would go unnoticed. */
static void
assert_members (JsonObject *object, const char *names)
{
  g_autoptr (GList) members = json_object_get_members (object);
  g_autoptr (GString) found = g_string_new (NULL);

  members = g_list_sort (members, (GCompareFunc) (void *) strcmp);
  for (GList *at = members; at != NULL; at = at->next)
    g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "", (const char *) at->data);
  g_assert_cmpstr (found->str, ==, names);
}

static void
test_user (void)
{
  g_autoptr (JsonObject) config = make_config (NULL);
  JsonArray *users = get_array (config, "passwd", "users");
  JsonObject *user = json_array_get_object_element (users, 0);

  assert_members (config, "ignition passwd storage systemd");
  g_assert_cmpstr (get_version (config), ==, "3.0.0");
  g_assert_cmpuint (json_array_get_length (users), ==, 1);
  assert_members (user, "groups name shell sshAuthorizedKeys");
  g_assert_cmpstr (vz_json_get_string (user, "name"), ==, "anna");
  g_assert_cmpstr (
    json_array_get_string_element (json_object_get_array_member (user, "sshAuthorizedKeys"), 0), ==,
    KEY);
}

static void
test_files (void)
{
  static const struct {
    const char *path;
    gint64 mode;
    const char *text; /* NULL: see below */
  } rows[] = { { "/etc/hostname", 0644, "a.host\n" },
               { "/etc/sudoers.d/90-vz", 0440, "anna ALL=(ALL:ALL) NOPASSWD: ALL\n" },
               { "/etc/vz/first-boot", 0700, NULL } };
  g_autoptr (JsonObject) config = make_config (NULL);
  JsonArray *files = get_array (config, "storage", "files");

  g_assert_cmpuint (json_array_get_length (files), ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      JsonObject *file = json_array_get_object_element (files, i);
      JsonObject *contents = json_object_get_object_member (file, "contents");
      g_autofree char *text = decode (contents);

      assert_members (file, "contents mode overwrite path");
      assert_members (contents, "source");
      g_assert_cmpstr (vz_json_get_string (file, "path"), ==, rows[i].path);
      g_assert_cmpint (json_object_get_int_member (file, "mode"), ==, rows[i].mode);
      if (rows[i].text != NULL)
        g_assert_cmpstr (text, ==, rows[i].text);
    }
}

/* The unit that runs it is there, and any sh understands it. */
static void
test_first_boot (void)
{
  g_autoptr (JsonObject) config = make_config (NULL);
  JsonObject *unit = json_array_get_object_element (get_array (config, "systemd", "units"), 0);
  JsonObject *file = json_array_get_object_element (get_array (config, "storage", "files"), 2);
  g_autofree char *script = decode (json_object_get_object_member (file, "contents"));
  const char *argv[] = { "sh", "-n", "-c", script, NULL };
  g_autofree char *errors = NULL;
  int status = 1;

  assert_members (unit, "contents enabled name");
  g_assert_true (json_object_get_boolean_member (unit, "enabled"));
  g_assert_nonnull (strstr (vz_json_get_string (unit, "contents"),
                            "\nExecStart=/bin/sh /etc/vz/first-boot\n"));
  g_assert_nonnull (strstr (vz_json_get_string (unit, "contents"),
                            "\n[Install]\nWantedBy=multi-user.target\n"));
  g_assert_nonnull (strstr (script, "vz-mark-1"));
  g_assert_nonnull (strstr (script, "\nsystemctl --no-block poweroff\n"));
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               &errors, &status, NULL));
  g_assert_cmpstr (errors, ==, "");
  g_assert_cmpint (status, ==, 0);
}

/* The user's is merged first, so that ours takes precedence; each keeps its version. */
static void
test_merge (void)
{
  g_autoptr (JsonObject) config = make_config ("{\"ignition\":{\"version\":\"3.4.0\"}}");
  JsonObject *ignition = json_object_get_object_member (config, "ignition");
  JsonArray *merge = get_array (ignition, "config", "merge");
  g_autofree char *first = decode (json_array_get_object_element (merge, 0));
  g_autofree char *second = decode (json_array_get_object_element (merge, 1));
  g_autoptr (JsonObject) own = vz_json_parse (second, strlen (second));

  assert_members (config, "ignition");
  assert_members (ignition, "config version");
  g_assert_cmpuint (json_array_get_length (merge), ==, 2);
  g_assert_cmpstr (first, ==, "{\"ignition\":{\"version\":\"3.4.0\"}}");
  assert_members (own, "ignition passwd storage systemd");
}

static void
test_own_file (void)
{
  static const struct {
    const char *text;
    const char *said; /* NULL: it is valid */
  } rows[] = {
    { "{\"ignition\":{\"version\":\"3.0.0\"}}", NULL },
    { "{\"ignition\":{\"version\":\"3.5.0\"},\"storage\":{\"files\":[]}}", NULL },
    { "{\"ignition\":{\"version\":\"3.6.0-experimental\"}}", NULL },
    { "{\"ignition\":{\"version\":\"2.3.0\"}}", "ignition.version is '2.3.0', must be 3.x" },
    { "{\"ignition\":{\"version\":\"3\"}}", "must be 3.x" },
    { "{\"ignition\":{\"version\":3}}", "it has no ignition.version" },
    { "{\"ignition\":[]}", "it has no ignition.version" },
    { "{}", "it has no ignition.version" },
    { "[]", "not a JSON object" },
    { "{\"ignition\":{\"version\":\"3.0.0\"}", "not a JSON object" },
    { "", "not a JSON object" },
    { "#cloud-config\nusers: []\n", "not a JSON object" },
    { "# mine\nvariant: fcos\nversion: 1.5.0\n", "'butane --strict" },
  };
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "config", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) data = NULL;

      g_assert_true (g_file_set_contents (path, rows[i].text, -1, NULL));
      data = vz_ignition_read (path, &error);
      if ((data != NULL) != (rows[i].said == NULL))
        g_error ("%s: %s", rows[i].text, error != NULL ? error->message : "accepted");
      if (rows[i].said == NULL)
        {
          g_assert_cmpint (*(const char *) g_bytes_get_data (data, NULL), ==, '{');
          continue;
        }
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      if (strstr (error->message, rows[i].said) == NULL)
        g_error ("no '%s' in: %s", rows[i].said, error->message);
    }
  g_unlink (path);
  g_rmdir (folder);
}

#define SECTOR 512
#define HEAD (16 * SECTOR)

/* A partition table with these names. */
static void
put_table (guint8 *head, const char *const *names)
{
  memset (head, 0, HEAD);
  memcpy (head + SECTOR, "EFI PART", 8);
  head[SECTOR + 72] = 2; /* sector of the first row */
  head[SECTOR + 80] = 16; /* rows */
  head[SECTOR + 84] = 128; /* bytes of each */
  for (guint i = 0; names[i] != NULL; i++)
    {
      guint8 *row = head + (gsize) 2 * SECTOR + (gsize) 128 * i;

      row[0] = 1; /* of some type */
      for (guint j = 0; names[i][j] != '\0'; j++)
        row[56 + 2 * j] = (guint8) names[i][j];
    }
}

static void
test_recognized (void)
{
  static const struct {
    const char *const names[10];
    gboolean takes;
  } rows[] = {
    { { "BIOS-BOOT", "EFI-SYSTEM", "boot", "root" }, TRUE },
    { { "reserved", "EFI-SYSTEM", "boot", "root" }, TRUE },
    { { "EFI-SYSTEM", "BIOS-BOOT", "USR-A", "USR-B", "ROOT-C", "OEM", "OEM-CONFIG", "ROOT" },
      TRUE },
    { { "EFI-SYSTEM", "USR-B", "OEM", "ROOT" }, FALSE },
    { { "EFI-SYSTEM", "boot" }, FALSE },
    { { "EFI-SYSTEM", "BOOT", "ROOT" }, FALSE },
    { { "EFI-SYSTEM", "boot2", "root" }, FALSE },
    { { "EFI System Partition", "boot", "root" }, FALSE },
    { { "" }, FALSE },
  };
  guint8 head[HEAD];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      put_table (head, rows[i].names);
      g_assert_true (vz_ignition_disk_recognize (head, sizeof head) == rows[i].takes);
    }
  put_table (head, rows[0].names);
  /* Rows beyond the end of the data, too many of them, or no table. */
  g_assert_false (vz_ignition_disk_recognize (head, (gsize) 3 * SECTOR));
  head[SECTOR + 79] = 0xff;
  g_assert_false (vz_ignition_disk_recognize (head, sizeof head));
  put_table (head, rows[0].names);
  head[SECTOR + 82] = 1;
  g_assert_false (vz_ignition_disk_recognize (head, sizeof head));
  memset (head, 0, sizeof head);
  g_assert_false (vz_ignition_disk_recognize (head, sizeof head));
  g_assert_false (vz_ignition_disk_recognize_file ("/nowhere"));
}

static void
test_the_right_file (void)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_first_boot_check_data (TRUE, NULL, data, NULL));
  g_assert_true (vz_first_boot_check_data (FALSE, data, NULL, NULL));
  g_assert_true (vz_first_boot_check_data (TRUE, NULL, NULL, NULL));
  g_assert_false (vz_first_boot_check_data (TRUE, data, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "--ignition"));
  g_clear_error (&error);
  g_assert_false (vz_first_boot_check_data (FALSE, NULL, data, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "--cloud-init"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ignition/user", test_user);
  g_test_add_func ("/ignition/files", test_files);
  g_test_add_func ("/ignition/first-boot", test_first_boot);
  g_test_add_func ("/ignition/merge", test_merge);
  g_test_add_func ("/ignition/own-file", test_own_file);
  g_test_add_func ("/ignition/recognized", test_recognized);
  g_test_add_func ("/ignition/the-right-file", test_the_right_file);
  return g_test_run ();
}
