/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cd-fixture.h"
#include "foundation/vz-error.h"
#include "systems/vz-unattended.h"

/* By the data of the osinfo-db that this host has, and those that vz adds. */

static const struct {
  const char *name;
  CdFixture cd;
  const char *title;
  VzUnattendedKind kind;
  const char *file;
  const char *kernel;
  const char *options; /* begins so */
  const char *line; /* is in the script */
} rows[] = {
  { "debian",
    { "Debian 11.5.0 amd64 n" },
    "Debian 11",
    VZ_UNATTENDED_PRESEED,
    "preseed.cfg",
    "install.amd/vmlinuz",
    "keyboard-configuration/xkb-keymap=us",
    "\nd-i netcfg/get_hostname string box-1\n" },
  { "later-debian",
    { "Debian 12.12.0 amd64 n" },
    "Debian 12",
    VZ_UNATTENDED_PRESEED,
    "preseed.cfg",
    "install.amd/vmlinuz",
    "keyboard-configuration/xkb-keymap=us",
    "\nd-i netcfg/get_hostname string box-1\n" },
  { "future-debian",
    { "Debian 34.0.0 arm64 n" },
    "Debian 12 or later",
    VZ_UNATTENDED_PRESEED,
    "preseed.cfg",
    "install.a64/vmlinuz",
    "keyboard-configuration/xkb-keymap=us",
    "\nd-i netcfg/get_hostname string box-1\n" },
  { "ubuntu",
    { "Ubuntu-Server 16.04.7 LTS amd64" },
    "Ubuntu 16.04",
    VZ_UNATTENDED_PRESEED,
    "preseed.cfg",
    "install/vmlinuz",
    "file=/preseed.cfg",
    "\nd-i netcfg/get_hostname string box-1\n" },
  { "fedora",
    { "Fedora-S-dvd-x86_64-37" },
    "Fedora Linux 37",
    VZ_UNATTENDED_KICKSTART,
    "fedora.ks",
    NULL,
    "inst.ks=file:/fedora.ks",
    "--hostname=box-1" },
  { "later-fedora",
    { "Fedora-S-dvd-x86_64-42" },
    "Fedora",
    VZ_UNATTENDED_KICKSTART,
    "fedora.ks",
    "images/pxeboot/vmlinuz",
    "inst.ks=file:/fedora.ks",
    "--hostname=box-1" },
  { "rocky",
    { "Rocky-9-5-x86_64-dvd" },
    "Rocky Linux 9",
    VZ_UNATTENDED_KICKSTART,
    "rhel.ks",
    NULL,
    "inst.ks=file:/rhel.ks",
    "--hostname=box-1" },
  { "opensuse",
    { "openSUSE-Leap-15.4-DVD-x86_64-Build1", "LINUX", "SUSE LINUX GmbH" },
    "openSUSE Leap 15.4",
    VZ_UNATTENDED_AUTOYAST,
    "autoinst.xml",
    "boot/x86_64/loader/linux",
    "autoyast=file:///autoinst.xml",
    "box-1" },
};

static gboolean
make (const CdFixture *cd, const char *host_name, VzUnattended *ret, GError **error)
{
  char *path = cd_fixture_make (cd);
  gboolean ok = vz_unattended_make (path, host_name, ret, NULL, error);

  cd_fixture_remove (path);
  return ok;
}

static void
test_makes (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_auto (VzUnattended) found = { NULL };
  g_autoptr (GError) error = NULL;

  make (&rows[i].cd, "box-1", &found, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (found.title, rows[i].title));
  g_assert_cmpint (found.kind, ==, rows[i].kind);
  g_assert_cmpstr (found.file, ==, rows[i].file);
  if (rows[i].kernel != NULL)
    g_assert_cmpstr (found.kernel, ==, rows[i].kernel);
  g_assert_nonnull (found.ramdisk);
  g_assert_true (g_str_has_prefix (found.options, rows[i].options));
  g_assert_nonnull (strstr (found.script, rows[i].line));
}

/* A password that stands in a script would be one for every machine. */
static void
test_password_is_new (void)
{
  g_auto (VzUnattended) one = { NULL };
  g_auto (VzUnattended) other = { NULL };
  g_autoptr (GError) error = NULL;

  make (&rows[0].cd, "box-1", &one, &error);
  g_assert_no_error (error);
  make (&rows[0].cd, "box-1", &other, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (one.script, "passwd/root-password password "));
  g_assert_cmpstr (one.script, !=, other.script);
}

static gpointer
make_in_thread (gpointer data)
{
  GError **error = data;
  g_auto (VzUnattended) found = { NULL };

  return GINT_TO_POINTER (make (&rows[0].cd, "box-1", &found, error));
}

/* The main loop of the program is the business of its own thread, which may never run it again. */
static void
test_in_a_thread (void)
{
  g_autoptr (GError) error = NULL;
  GThread *thread;

  g_assert_true (g_main_context_acquire (NULL));
  thread = g_thread_new ("other", make_in_thread, &error);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  g_assert_no_error (error);
  g_main_context_release (NULL);
}

static void
refuse (const CdFixture *cd, const char *host_name, VzError code, const char *text)
{
  g_auto (VzUnattended) found = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (make (cd, host_name, &found, &error));
  g_assert_error (error, VZ_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_null (found.script);
}

static void
test_refusals (void)
{
  static const CdFixture nobodys = { .volume = "A TEST" };
  static const CdFixture server = { .volume = "Ubuntu-Server 22.04.1 LTS amd64" };
  static const CdFixture arm = { .volume = "Fedora-S-dvd-aarch64-37", .system = "LINUX" };

  refuse (&nobodys, "box", VZ_ERROR_NOT_SUPPORTED, "osinfo-db does not know the CD 'A TEST'");
  refuse (&nobodys, "box", VZ_ERROR_NOT_SUPPORTED, "debian, fedora, ");
  refuse (&nobodys, "box", VZ_ERROR_NOT_SUPPORTED, "opensuse, ");
  refuse (&server, "box", VZ_ERROR_NOT_SUPPORTED, "CD of Ubuntu 22.04 LTS is a live CD");
  refuse (&arm, "box", VZ_ERROR_NOT_SUPPORTED, "no script for this CD of Fedora Linux 37");
}

static void
test_hostile_host_names (void)
{
  static const char *const names[] = {
    "a\nd-i preseed/early_command string reboot", "a b", "$(id)", "'; id; '", "</hostname>", ""
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    refuse (&rows[0].cd, names[i], VZ_ERROR_INVALID_ARGUMENT, "host-name: ");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/unattended/makes/", rows[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_makes);
    }
  g_test_add_func ("/unattended/password-is-new", test_password_is_new);
  g_test_add_func ("/unattended/in-a-thread", test_in_a_thread);
  g_test_add_func ("/unattended/refusals", test_refusals);
  g_test_add_func ("/unattended/hostile-host-names", test_hostile_host_names);
  return g_test_run ();
}
