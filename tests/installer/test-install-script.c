/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "foundation/vz-error.h"
#include "installer/unattended/vz-install-script.h"
#include "installer/unattended/vz-ramdisk.h"
#include "installer/unattended/vz-settings-mark.h"
#include "installer/unattended/vz-standstill.h"
#include "installer/vz-provision.h"

#define BLOB "AAAAC3NzaC1lZDI1NTE5AAAAIHtest0000000000000000000000000000000000000"
#define KEY "ssh-ed25519 " BLOB

static VzGuestSettings *
make_settings (const char *key)
{
  const char *const keys[] = { key, NULL };
  VzGuestSettings *settings = vz_guest_settings_new ();

  vz_guest_settings_set_host_name (settings, "box-1");
  vz_guest_settings_set_user_name (settings, "anna");
  vz_guest_settings_set_ssh_authorized_keys (settings, keys);
  return settings;
}

static const VzUnattended debian = { .title = (char *) "Debian 12",
                                     .distro = (char *) "debian",
                                     .kind = VZ_UNATTENDED_PRESEED,
                                     .file = (char *) "preseed.cfg",
                                     .script = (char *) "d-i a/b string of-libosinfo\n",
                                     .options = (char *) "debconf/priority=critical" };
static const VzUnattended fedora = { .title = (char *) "Fedora Linux 37",
                                     .distro = (char *) "fedora",
                                     .kind = VZ_UNATTENDED_KICKSTART,
                                     .file = (char *) "fedora.ks",
                                     .script = (char *) "autopart\n",
                                     .options = (char *) "inst.ks=file:/fedora.ks" };
static const VzUnattended suse = {
  .title = (char *) "openSUSE",
  .distro = (char *) "opensuse",
  .kind = VZ_UNATTENDED_AUTOYAST,
  .file = (char *) "autoinst.xml",
  .script = (char *) "<profile><mode></mode><chroot-scripts config:type=\"list\"></chroot-scripts>"
                     "<packages config:type=\"list\"></packages></profile>",
  .options = (char *) "autoyast=file:///autoinst.xml",
};

static gboolean
make (const VzUnattended *unattended, VzGuestSettings *settings, const char *own,
      VzInstallScript *ret, GError **error)
{
  g_autofree char *text = vz_provision_dup_reporting_script (settings, "", "vz-mark-1");
  const VzInstallScriptParts parts = { .unattended = unattended,
                                       .host_name = vz_guest_settings_get_host_name (settings),
                                       .settings = text,
                                       .own = own,
                                       .volume = "A CD of $(id)",
                                       .architecture = "x86_64" };

  return vz_install_script_make (&parts, ret, error);
}

/* The shell script that @self puts into the new system. */
static char *
dup_settings (const VzInstallScript *self)
{
  const char *from, *to;
  g_autofree char *coded = NULL;
  gsize size;
  g_autofree guchar *data = NULL;

  if (self->settings != NULL)
    return g_strdup (self->settings);
  from = strstr (self->script, "<< 'END_OF_SETTINGS'\n");
  g_assert_nonnull (from);
  from = strchr (from, '\n') + 1;
  to = strstr (from, "END_OF_SETTINGS\n");
  g_assert_nonnull (to);
  coded = g_strndup (from, (gsize) (to - from));
  data = g_base64_decode (coded, &size);
  return g_strndup ((char *) data, size);
}

/* What a shell makes of the variable with the keys. */
static char *
evaluate_keys (const char *settings)
{
  const char *end = strstr (settings, "\nstatus=$?\n"); /* after it the guest is changed */
  g_autofree char *program =
    g_strdup_printf ("sh () { sed '/^# SPDX/,$d'; echo 'printf %%s \"$user_name $keys\"'; }\n"
                     "%.*s\nprintf '%%s\\n' \"$said\"\n",
                     (int) (end - settings), settings);
  g_autofree char *lines = NULL, *keys = NULL;
  const char *argv[] = { "/bin/sh", "-c", program, NULL };
  const char *again[] = { "/bin/sh", "-c", NULL, NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &lines, NULL, NULL, &error);
  g_assert_no_error (error);
  again[2] = lines;
  g_spawn_sync (NULL, (char **) again, NULL, 0, NULL, NULL, &keys, NULL, NULL, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&keys);
}

/* A key's comment may be anything: it arrives unchanged, and none of it is executed. */
static void
test_hostile_keys (gconstpointer data)
{
  static const char *const comments[] = { "it's \"me\" $(touch hacked) `id` \\", "END_OF_SETTINGS",
                                          "%end", "]]></source>", "'; reboot; '" };

  for (gsize i = 0; i < G_N_ELEMENTS (comments); i++)
    {
      g_autofree char *key = g_strconcat (KEY, " ", comments[i], NULL);
      g_autofree char *expected = g_strconcat ("anna ", key, "\n", NULL);
      g_autoptr (VzGuestSettings) settings = make_settings (key);
      g_auto (VzInstallScript) script = { NULL };
      g_autofree char *found = NULL;
      g_autofree char *keys = NULL;
      g_autoptr (GError) error = NULL;

      make (data, settings, NULL, &script, &error);
      g_assert_no_error (error);
      g_assert_null (strstr (script.script, key));
      found = dup_settings (&script);
      keys = evaluate_keys (found);
      g_assert_cmpstr (keys, ==, expected);
      g_assert_false (g_file_test ("hacked", G_FILE_TEST_EXISTS));
    }
}

/* The later of two answers to a question applies. */
static void
test_preseed (void)
{
  g_autoptr (VzGuestSettings) settings = make_settings (KEY);
  g_auto (VzInstallScript) script = { NULL };
  g_autoptr (GError) error = NULL;
  const char *first, *own, *late;

  make (&debian, settings, "d-i mirror/country string manual\n", &script, &error);
  g_assert_no_error (error);
  first = strstr (script.script, "d-i a/b string of-libosinfo\n");
  own = strstr (script.script, "\nd-i mirror/country string manual\n");
  late = strstr (script.script, "\nd-i preseed/late_command string ");
  g_assert_true (first != NULL && first < own && own < late);
  g_assert_nonnull (strstr (late, "/" VZ_INSTALL_SCRIPT_SETTINGS));
  g_assert_nonnull (strstr (script.script, "\nd-i netcfg/hostname string box-1\n"));
  g_assert_nonnull (strstr (script.script, "\nd-i apt-setup/security_host string security.debian"));
  g_assert_nonnull (strstr (script.settings, "vz-mark-1"));
  g_assert_cmpstr (
    script.options, ==,
    "debconf/priority=critical no_timer_check auto=true DEBIAN_FRONTEND=text --- console=tty0 "
    "console=ttyS0");
}

static void
test_kickstart (void)
{
  g_autoptr (VzGuestSettings) settings = make_settings (KEY);
  g_auto (VzInstallScript) script = { NULL };
  g_autoptr (GError) error = NULL;
  const char *own;

  make (&fedora, settings, "timezone Europe/Berlin\n", &script, &error);
  g_assert_no_error (error);
  own = strstr (script.script, "\ntimezone Europe/Berlin\n");
  g_assert_nonnull (own);
  g_assert_nonnull (strstr (own, "\n%post\nbase64 -d > "));
  g_assert_true (g_str_has_suffix (script.script, "\n%end\n"));
  g_assert_null (script.settings);
  g_assert_cmpstr (script.options, ==,
                   "inst.ks=file:/fedora.ks no_timer_check "
                   "inst.stage2=hd:LABEL=A\\x20CD\\x20of\\x20\\x24\\x28id\\x29 "
                   "inst.text console=tty0 console=ttyS0");
}

static void
test_autoyast (void)
{
  VzUnattended strange = suse;
  g_autoptr (VzGuestSettings) settings = make_settings (KEY);
  g_auto (VzInstallScript) script = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refused = NULL;

  make (&suse, settings, NULL, &script, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (script.script, "<mode>\n<halt config:type=\"boolean\">true</halt>"));
  g_assert_nonnull (strstr (script.script, "</script>\n</chroot-scripts>"));
  g_assert_nonnull (strstr (script.script, "<package>sudo</package>"));
  g_assert_true (g_str_has_prefix (script.options,
                                   "autoyast=file:///autoinst.xml no_timer_check textmode"));
  vz_install_script_clear (&script);
  g_assert_false (make (&suse, settings, "lines\n", &script, &refused));
  g_assert_error (refused, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_clear_error (&refused);
  strange.script = (char *) "<profile/>";
  g_assert_false (make (&strange, settings, NULL, &script, &refused));
  g_assert_error (refused, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
}

/* Read back by the program whose format it is. */
static void
test_ramdisk (void)
{
  static const VzRamdiskFile files[] = { { "preseed.cfg", "one\ntwo" }, { "empty", "" } };
  g_autofree char *folder = g_dir_make_tmp ("vz-ramdisk-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "ramdisk", NULL);
  g_autofree char *command = g_strdup_printf (
    "cd '%s' && tail -c +17 ramdisk | cpio -i --quiet && cat preseed.cfg && wc -c < empty", folder);
  const char *argv[] = { "/bin/sh", "-c", command, NULL };
  g_autofree char *said = NULL;
  g_autofree char *clean = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  /* The existing size is not a multiple of four. */
  g_assert_true (g_file_set_contents (path, "thirteen byte", -1, NULL));
  vz_ramdisk_append (path, files, G_N_ELEMENTS (files), &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &said, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (said, ==, "one\ntwo0\n");
  clean = g_strdup_printf ("rm -r '%s'", folder);
  g_assert_cmpint (g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL), ==, TRUE);
  g_assert_false (vz_ramdisk_append (path, files, 1, &error));
  g_assert_nonnull (error);
}

static void
test_mark (void)
{
  VzSettingsMark mark;
  g_autofree char *text = NULL;
  int fd;

  vz_settings_mark_init (&mark);
  g_assert_false (vz_settings_mark_look (&mark));
  fd = g_file_open_tmp ("vz-mark-XXXXXX", &mark.log, NULL);
  close (fd);
  g_assert_false (vz_settings_mark_look (&mark));
  text = g_strdup_printf ("boot\n%s 3 no disk\r\nmore", mark.word);
  g_assert_true (g_file_set_contents (mark.log, text, -1, NULL));
  g_assert_true (vz_settings_mark_look (&mark));
  g_assert_cmpint (mark.status, ==, 3);
  g_assert_cmpstr (mark.said, ==, "no disk");
  g_unlink (mark.log);
  g_assert_true (vz_settings_mark_look (&mark)); /* once reported is reported */
  vz_settings_mark_clear (&mark);
}

static void
test_standstill (void)
{
  g_autofree char *log = NULL, *disk = NULL;
  int log_fd = g_file_open_tmp ("vz-log-XXXXXX", &log, NULL);
  int disk_fd = g_file_open_tmp ("vz-disk-XXXXXX", &disk, NULL);
  VzStandstill still = { .log = log, .disk = disk };
  char block[8192];

  memset (block, 'x', sizeof block);
  g_assert_cmpint (vz_standstill_look (&still, 100), ==, 0);
  g_assert_cmpint (vz_standstill_look (&still, 160), ==, 60);
  g_assert_cmpint (write (log_fd, "a", 1), ==, 1);
  g_assert_cmpint (vz_standstill_look (&still, 170), ==, 0);
  g_assert_cmpint (vz_standstill_look (&still, 190), ==, 20);
  g_assert_cmpint (write (disk_fd, block, sizeof block), ==, sizeof block);
  g_assert_cmpint (fsync (disk_fd), ==, 0);
  g_assert_cmpint (vz_standstill_look (&still, 200), ==, 0);
  still.log = NULL;
  vz_standstill_look (&still, 300);
  g_assert_cmpint (vz_standstill_look (&still, 301), ==, 1);
  close (log_fd);
  close (disk_fd);
  g_unlink (log);
  g_unlink (disk);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/install-script/hostile-keys/preseed", &debian, test_hostile_keys);
  g_test_add_data_func ("/install-script/hostile-keys/kickstart", &fedora, test_hostile_keys);
  g_test_add_data_func ("/install-script/hostile-keys/autoyast", &suse, test_hostile_keys);
  g_test_add_func ("/install-script/preseed", test_preseed);
  g_test_add_func ("/install-script/kickstart", test_kickstart);
  g_test_add_func ("/install-script/autoyast", test_autoyast);
  g_test_add_func ("/install-script/ramdisk", test_ramdisk);
  g_test_add_func ("/install-script/mark", test_mark);
  g_test_add_func ("/install-script/standstill", test_standstill);
  return g_test_run ();
}
