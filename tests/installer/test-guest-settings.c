/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-guest-settings.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "foundation/vz-error.h"
#include "foundation/vz-host-name.h"
#include "installer/vz-guest-rules.h"
#include "installer/vz-provision.h"

/* Created for this test; the private half was thrown away. */
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKhGkPCwLyOoBTn2Iz2WmAvX2Yzq6r3a0cMvXr0bqz"

typedef char *(*Rule) (const char *text);

typedef struct {
  const char *text;
  gboolean good;
} Case;

static void
check_cases (Rule rule, const Case *cases, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *wrong = rule (cases[i].text);

      if ((wrong == NULL) != cases[i].good)
        g_error ("'%s': %s", cases[i].text, wrong != NULL ? wrong : "accepted");
    }
}

static void
test_host_names (void)
{
  g_autofree char *longest = g_strnfill (63, 'a');
  g_autofree char *label = g_strnfill (64, 'a');
  g_autofree char *with_domain = g_strconcat (longest, ".b", NULL);
  const Case cases[] = {
    { "vz", TRUE },    { "a", TRUE },          { "web-1.example.org", TRUE },
    { "3com", TRUE },  { "UPPER", TRUE },      { longest, TRUE },
    { label, FALSE },  { with_domain, FALSE }, { NULL, FALSE },
    { "", FALSE },     { "-a", FALSE },        { "a-", FALSE },
    { "a..b", FALSE }, { ".a", FALSE },        { "a.", FALSE },
    { "a_b", FALSE },  { "a b", FALSE },       { "a\nb", FALSE },
    { "$(x)", FALSE }, { "\303\244", FALSE },  { "10.0.0.1", FALSE },
    { "42", FALSE },
  };

  check_cases (vz_host_name_judge, cases, G_N_ELEMENTS (cases));
}

/* Whatever a bundle is called, a valid name is derived from it; a label has at most 63
 * characters. */
static void
test_derived_host_names (void)
{
  g_autofree char *long_name = g_strnfill (66, 'a');
  g_autofree char *long_digits = g_strnfill (80, '7');
  g_autofree char *cut_at_dash = g_strdup_printf ("%.62s-%s", long_name, long_name);
  const struct {
    const char *path;
    const char *name;
  } rows[] = {
    { "/home/me/My VM.bundle", "my-vm" },
    { "web", "web" },
    { "2024.bundle", "vm-2024" },
    { "10.0.0.1", "10-0-0-1" },
    { "a_b.c.bundle", "a-b-c" },
    { "-web-.bundle", "web" },
    { "B\303\274cher.bundle", "bucher" },
    { "B\374cher", "b-cher" },
    { "\346\227\245\346\234\254.bundle", "vm" },
    { ".bundle", "vm" },
    { "...", "vm" },
    { "/", "vm" },
    { "a\nb", "a-b" },
    { "$(x)", "x" },
    { long_name, NULL },
    { long_digits, NULL },
    { cut_at_dash, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = vz_guest_settings_derive_host_name (rows[i].path);
      g_autofree char *wrong = vz_host_name_judge (name);

      g_assert_cmpstr (wrong, ==, NULL);
      if (rows[i].name != NULL)
        g_assert_cmpstr (name, ==, rows[i].name);
    }
  for (guint round = 0; round < 2000; round++)
    {
      char path[90] = "";
      g_autofree char *name = NULL;
      g_autofree char *wrong = NULL;

      for (gsize i = 0; i < (gsize) g_test_rand_int_range (1, sizeof path - 1); i++)
        path[i] = (char) g_test_rand_int_range (1, 256);
      name = vz_guest_settings_derive_host_name (path);
      wrong = vz_host_name_judge (name);
      g_assert_cmpstr (wrong, ==, NULL);
    }
}

static void
test_user_names (void)
{
  g_autofree char *longest = g_strnfill (32, 'a');
  g_autofree char *too_long = g_strnfill (33, 'a');
  const Case cases[] = {
    { "ann", TRUE },     { "_x", TRUE },         { "a-b_c9", TRUE }, { longest, TRUE },
    { too_long, FALSE }, { NULL, FALSE },        { "", FALSE },      { "Ann", FALSE },
    { "9a", FALSE },     { "-a", FALSE },        { "a.b", FALSE },   { "a b", FALSE },
    { "a:b", FALSE },    { "a$", FALSE },        { "a\n", FALSE },   { "root", FALSE },
    { "sudo", FALSE },   { "systemd-x", FALSE },
  };

  check_cases (vz_guest_rule_user_name, cases, G_N_ELEMENTS (cases));
}

static void
test_keys (void)
{
  const Case cases[] = {
    { KEY, TRUE },
    { KEY " ann@example", TRUE },
    { KEY " two words 'quoted'", TRUE },
    { NULL, FALSE },
    { "", FALSE },
    { "ssh-ed25519", FALSE },
    { "ssh-ed25519 ", FALSE },
    { "ssh-rsa"
      " AAAAC3NzaC1lZDI1NTE5AAAAIGPKhGkPCwLyOoBTn2Iz2WmAvX2Yzq6r3a0cMvXr0bqz",
      FALSE },
    { "ssh-ed25519 AAAA", FALSE },
    { "ssh-ed25519 !!!!", FALSE },
    { KEY "\n" KEY, FALSE },
    { KEY "\tx", FALSE },
    { KEY " \377", FALSE },
    { "from=\"*\" " KEY, FALSE },
    { "ssh-dss AAAAB3NzaC1kc3M=", FALSE },
  };
  g_autofree char *wrong = vz_guest_rule_ssh_key ("-----BEGIN OPENSSH PRIVATE KEY-----");

  check_cases (vz_guest_rule_ssh_key, cases, G_N_ELEMENTS (cases));
  g_assert_nonnull (strstr (wrong, ".pub"));
}

static void
test_validate (void)
{
  const char *const keys[] = { KEY, "nonsense", NULL };
  g_autoptr (VzGuestSettings) settings = vz_guest_settings_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_guest_settings_validate (settings, &error));
  g_assert_no_error (error);
  g_object_set (settings, "host-name", "a b", "user-name", "Ann", "ssh-authorized-keys", keys,
                NULL);
  g_assert_false (vz_guest_settings_validate (settings, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  /* All at once. */
  g_assert_nonnull (strstr (error->message, "host-name: 'a b' found, "));
  g_assert_nonnull (strstr (error->message, "user-name: 'Ann' found, "));
  g_assert_nonnull (strstr (error->message, "ssh-authorized-keys: 'nonsense' found, "));
}

static void
count (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

static void
test_properties (void)
{
  const char *const keys[] = { KEY, NULL };
  g_autoptr (VzGuestSettings) settings = vz_guest_settings_new ();
  g_autofree char *host_name = NULL;
  g_auto (GStrv) read_back = NULL;
  gboolean console_login = TRUE;
  guint notified = 0;

  g_assert_cmpuint (g_strv_length ((GStrv) vz_guest_settings_get_ssh_authorized_keys (settings)),
                    ==, 0);
  g_signal_connect (settings, "notify", G_CALLBACK (count), &notified);
  for (guint i = 0; i < 2; i++) /* the second time, nothing changes */
    g_object_set (settings, "host-name", "other", "user-name", "ann9", "ssh-authorized-keys", keys,
                  "console-login", FALSE, NULL);
  g_assert_cmpuint (notified, ==, 4);
  g_object_get (settings, "host-name", &host_name, "ssh-authorized-keys", &read_back,
                "console-login", &console_login, NULL);
  g_assert_cmpstr (host_name, ==, "other");
  g_assert_cmpstrv (read_back, keys);
  g_assert_false (console_login);
}

static void
test_key_files (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "vz-key-XXXXXX", NULL);
  g_autoptr (VzGuestSettings) settings = vz_guest_settings_new ();
  g_autoptr (GError) error = NULL;

  close (g_mkstemp (path));
  g_assert_false (vz_guest_settings_add_ssh_key_file (settings, path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "# mine\n\n" KEY " one\n" KEY " two\n" KEY " one\n", -1,
                                      NULL));
  g_assert_true (vz_guest_settings_add_ssh_key_file (settings, path, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length ((GStrv) vz_guest_settings_get_ssh_authorized_keys (settings)),
                    ==, 2);
  /* One bad line: its number is reported, and nothing is added. */
  g_assert_true (g_file_set_contents (path, KEY " three\nnonsense\n", -1, NULL));
  g_assert_false (vz_guest_settings_add_ssh_key_file (settings, path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "line 2"));
  g_assert_cmpuint (g_strv_length ((GStrv) vz_guest_settings_get_ssh_authorized_keys (settings)),
                    ==, 2);
  g_clear_error (&error);
  g_unlink (path);
  g_assert_false (vz_guest_settings_add_ssh_key_file (settings, path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
}

/* The pair is created once; the test has its own data directory. */
static void
test_own_key (void)
{
  g_autofree char *ssh_keygen = g_find_program_in_path ("ssh-keygen");
  g_autofree char *private_key =
    g_build_filename (g_get_user_data_dir (), "vz", "ssh", "id_ed25519", NULL);
  g_autoptr (VzGuestSettings) settings = vz_guest_settings_new ();
  g_autoptr (GError) error = NULL;
  GStatBuf st;

  if (ssh_keygen == NULL)
    {
      g_test_skip ("ssh-keygen is not installed");
      return;
    }
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (vz_guest_settings_add_own_ssh_keys (settings, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (g_strv_length ((GStrv)
                                         vz_guest_settings_get_ssh_authorized_keys (settings)),
                        ==, 1);
    }
  g_assert_true (vz_guest_settings_validate (settings, &error));
  g_assert_cmpint (g_stat (private_key, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
}

/* Runs @script in the host's shell. */
static char *
run_shell (const char *option, const char *script)
{
  const char *argv[] = { "/bin/sh", option, NULL };
  g_autoptr (GSubprocess) shell = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  shell = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                             &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (shell, script, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (shell));
  return output;
}

/* Values reach the shell unchanged, whatever a key's comment contains. */
static void
test_script (void)
{
  const char *const keys[] = { KEY " it's $(touch x) `y` \"z\" \\", KEY " two", NULL };
  g_autoptr (VzGuestSettings) settings = vz_guest_settings_new ();
  g_autofree char *script = NULL;
  g_autofree char *head = NULL;
  g_autofree char *syntax = NULL;
  g_autofree char *probe = NULL;
  g_autofree char *output = NULL;
  g_autofree char *expected = NULL;

  g_object_set (settings, "host-name", "box.example", "user-name", "ann", "ssh-authorized-keys",
                keys, NULL);
  g_assert_true (vz_guest_settings_validate (settings, NULL));
  script = vz_provision_script (settings);
  syntax = run_shell ("-n", script);
  g_assert_cmpstr (syntax, ==, "");
  head = g_strndup (script, (gsize) (strstr (script, "# SPDX") - script));
  probe = g_strconcat (
    head, "printf '%s|%s|%s|%s' \"$host_name\" \"$user_name\" \"$console_login\" \"$keys\"\n",
    NULL);
  output = run_shell ("-s", probe);
  expected = g_strdup_printf ("box.example|ann|1|%s\n%s\n", keys[0], keys[1]);
  g_assert_cmpstr (output, ==, expected);
}

static void
test_judge (void)
{
  g_autoptr (GBytes) output = g_bytes_new_static ("1\n2\n3\n4\n5\n6\377\n\n", 16);
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_provision_judge (0, output, &error));
  g_assert_false (vz_provision_judge (1, output, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INSTALLATION_FAILED);
  g_assert_nonnull (strstr (error->message, "2; 3; 4; 5; 6"));
  g_assert_null (strstr (error->message, "1; 2"));
  g_clear_error (&error);
  g_assert_false (vz_provision_judge (1, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INSTALLATION_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/guest-settings/host-names", test_host_names);
  g_test_add_func ("/guest-settings/derived-host-names", test_derived_host_names);
  g_test_add_func ("/guest-settings/user-names", test_user_names);
  g_test_add_func ("/guest-settings/keys", test_keys);
  g_test_add_func ("/guest-settings/validate", test_validate);
  g_test_add_func ("/guest-settings/properties", test_properties);
  g_test_add_func ("/guest-settings/key-files", test_key_files);
  g_test_add_func ("/guest-settings/own-key", test_own_key);
  g_test_add_func ("/guest-settings/script", test_script);
  g_test_add_func ("/guest-settings/judge", test_judge);
  return g_test_run ();
}
