/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Composes for real. One image is made and shared with other tests (tests/fixtures.sh). */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vz.h>

#include "foundation/file/vz-file.h"
#include "image/vz-restore-component.h"

static char *cache; /* shared */
static char *image; /* the shared image */
static char *folder; /* ours */

static char *run (const char *format, ...) G_GNUC_PRINTF (1, 2);

static char *
run (const char *format, ...)
{
  g_autofree char *command = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;
  va_list list;

  va_start (list, format);
  command = g_strdup_vprintf (format, list);
  va_end (list);
  g_assert_true (g_spawn_sync (NULL,
                               (char *[]){ (char *) "/bin/sh", (char *) "-ec", command, NULL },
                               NULL, 0, NULL, NULL, &output, NULL, &status, &error));
  g_assert_no_error (error);
  if (status != 0)
    g_error ("'%s' failed: %s", command, output);
  return output;
}

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("'%s' is not in:\n%s", part, text);
}

static void
test_readable (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzRestoreImage) loaded = vz_restore_image_load (image, NULL, &error);
  g_autofree char *zip = NULL;
  g_autofree char *frames = NULL;
  g_autofree char *manifest = NULL;

  g_assert_no_error (error);
  g_assert_true (vz_restore_image_is_supported (loaded));
  g_assert_cmpstr (vz_restore_image_get_operating_system (loaded), ==, "Debian GNU/Linux");
  g_assert_true (vz_restore_image_verify (loaded, NULL, NULL, &error));
  g_assert_no_error (error);
  zip = run ("unzip -tq '%s'", image);
  frames = run ("unzip -p '%s' 'Chunks/ESP/*.zst' | zstd -tq", image);
  manifest = run ("unzip -p '%s' BuildManifest.plist | plistutil -i - -o - -f xml", image);
  assert_contains (manifest, "BuildIdentities");
}

static char *
restore (const char *component)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzRestoreImage) loaded = vz_restore_image_load (image, NULL, &error);
  g_autoptr (GPtrArray) components = vz_restore_image_list_components (loaded);
  char *path = g_build_filename (folder, component, NULL);
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  for (guint i = 0; i < components->len; i++)
    {
      VzComponent *one = g_ptr_array_index (components, i);

      if (g_str_equal (one->name, component))
        g_assert_cmpint (ftruncate (fd, (off_t) one->size), ==, 0);
    }
  g_assert_true (vz_restore_component_to_fd (loaded, component, fd, 0, NULL, NULL, &error));
  g_assert_no_error (error);
  return path;
}

static void
test_root (void)
{
  g_autofree char *path = restore ("RootFileSystem");
  g_autofree char *files =
    run ("PATH=$PATH:/sbin:/usr/sbin; for f in etc/fstab etc/hostname etc/kernel/cmdline "
         "etc/apt/sources.list.d/debian.sources; "
         "do debugfs -R \"cat /$f\" '%s'; done; debugfs -R 'ls -p /etc/ssh' '%s'; "
         "debugfs -R 'stat /etc/machine-id' '%s'",
         path, path, path);
  /* Composed under umask 077 (fixtures.sh). */
  g_autofree char *modes =
    run ("PATH=$PATH:/sbin:/usr/sbin; for f in etc etc/fstab etc/hosts usr/bin "
         "etc/apt/sources.list.d/debian.sources; do debugfs -R \"stat /$f\" '%s' | "
         "sed -n 's/.*Mode: *\\([0-7]*\\) .*/\\1/p'; done",
         path);

  g_free (run ("PATH=$PATH:/sbin:/usr/sbin e2fsck -fn '%s'", path));
  assert_contains (files, "x-systemd.growfs");
  assert_contains (files, "console=tty0 console=tty");
  g_assert_cmpint (strstr (files, "no_timer_check") != NULL, ==,
                   strstr (files, "console=ttyS0") != NULL);
  assert_contains (files, "URIs: http://deb.debian.org/debian-security");
  assert_contains (files, "Size: 0");
  g_assert_null (strstr (files, "ssh_host_"));
  g_assert_cmpstr (modes, ==, "0755\n0644\n0644\n0755\n0644\n");
  g_unlink (path);
}

static void
test_esp (void)
{
  g_autofree char *path = restore ("ESP");
  g_autofree char *names = run ("mdir -i '%s' -/ -b ::", path);
  g_autofree char *entry = run ("mtype -i '%s' '::/loader/entries/*.conf'", path);

  assert_contains (names, "::/EFI/BOOT/BOOT");
  assert_contains (names, "initrd.img-");
  assert_contains (entry, "linux      /debian/");
  assert_contains (entry, "root=UUID=");
  g_assert_null (strstr (entry, "machine-id"));
  g_unlink (path);
}

/* Not the shared image: the archive may have changed since that was made. */
static char *
compose (const char *name, gboolean use_cache)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  vz_compose_request_set_use_cache (request, use_cache);
  g_assert_true (vz_compose_image (request, path, NULL, NULL, &error));
  g_assert_no_error (error);
  return path;
}

static void
test_cached (void)
{
  g_autofree char *first = compose ("first.ipsw", TRUE);
  gint64 start = g_get_monotonic_time ();
  g_autofree char *second = compose ("second.ipsw", TRUE);
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *same = NULL;

  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
  same = run ("cmp '%s' '%s'", first, second);
  g_assert_false (vz_compose_image (request, second, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_unlink (first);
  g_unlink (second);
}

static void
test_unknown (void)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "x.ipsw", NULL);

  vz_compose_request_set_suite (request, "nosuch");
  g_assert_false (vz_compose_image (request, path, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static gboolean
is_empty (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  return dir == NULL || g_dir_read_name (dir) == NULL;
}

static VzComposeRequest *
make_request_with_additions (const char *script)
{
  VzComposeRequest *request = vz_compose_request_new ();
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *program = g_build_filename (folder, "script", NULL);
  g_autofree char *site = g_build_filename (folder, "site", NULL);

  g_free (run ("cd '%s'; rm -rf site; mkdir -m 700 site; echo page > site/.page; "
               "chmod 750 site/.page; ln -s /etc/passwd site/link",
               folder));
  g_assert_true (g_file_set_contents (program, script, -1, NULL));
  g_ptr_array_add (copies, vz_compose_copy_new (site, "/srv/"));
  g_ptr_array_add (copies, vz_compose_copy_new (site, "/etc")); /* is there, and keeps its mode */
  g_ptr_array_add (copies, vz_compose_copy_new (site, "/var/run/vz")); /* behind a link to /run */
  vz_compose_request_set_copies (request, copies);
  vz_compose_request_set_script (request, program);
  return request;
}

/* The script sees copies, network and packages; how it ends is how composing ends. */
#define SEES \
  "#!/bin/sh\nset -ex\n" \
  "test \"$(stat -c '%a %u %g' /srv/site /srv/site/.page /etc /etc/.page | paste -sd,)\" = " \
  "'700 0 0,750 0 0,755 0 0,750 0 0'\n" \
  "test \"$(readlink /srv/site/link)\" = /etc/passwd && test -e /run/vz/.page\n" \
  "apt-get -q update && getent hosts deb.debian.org && dpkg -s openssh-server > /srv/said\n"

static void
test_script_fails (void)
{
  g_autoptr (VzComposeRequest) request = make_request_with_additions (SEES "exit 47\n");
  g_autofree char *path = g_build_filename (folder, "x.ipsw", NULL);
  g_autofree char *scratch = g_build_filename (g_get_user_cache_dir (), "vz", "tmp", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_compose_image (request, path, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INTERNAL);
  assert_contains (error->message, "the script failed with exit code 47");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (is_empty (scratch));
  g_assert_false (g_file_test ("/run/vz/.page", G_FILE_TEST_EXISTS));
}

/* Killed in the middle: no process, no file. */
static void
test_killed (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "x.ipsw", NULL);
  g_autofree char *scratch = g_build_filename (g_get_user_cache_dir (), "vz", "tmp", NULL);
  g_autoptr (GSubprocess)
    process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, g_getenv ("VZ_TEST_COMPOSE_IMAGE"),
                                path, "--no-cache", NULL);

  g_assert_no_error (error);
  for (int i = 0; i < 100 && is_empty (scratch); i++)
    g_usleep (100 * 1000);
  g_assert_false (is_empty (scratch));
  g_usleep (5 * G_USEC_PER_SEC);
  g_subprocess_send_signal (process, SIGKILL);
  g_subprocess_wait (process, NULL, NULL);
  for (int i = 0; i < 300 && !is_empty (scratch); i++)
    g_usleep (100 * 1000);
  g_assert_true (is_empty (scratch));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The same request and the same archive make the same bytes, under any umask: the first one was
 * made under 077, unless the archive has changed since. */
static void
test_reproducible (void)
{
  mode_t before = umask (077);
  g_autofree char *cached = compose ("cached.ipsw", TRUE);
  g_autofree char *again = NULL;

  umask (0);
  again = compose ("again.ipsw", FALSE);
  umask (before);
  g_free (run ("cmp '%s' '%s'", cached, again));
  g_unlink (cached);
  g_unlink (again);
}

/* The same with a script and copies. */
static void
test_reproducible_additions (void)
{
  g_autoptr (VzComposeRequest) request = make_request_with_additions (SEES "exit 0\n");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/added%d.ipsw", folder, i);

      vz_compose_request_set_use_cache (request, FALSE);
      g_assert_true (vz_compose_image (request, path, NULL, NULL, &error));
      g_assert_no_error (error);
    }
  g_free (run ("cd '%s'; cmp added0.ipsw added1.ipsw; rm added*.ipsw", folder));
}

/* Makes the shared image if it is not there. */
static int
prepare (void)
{
  g_autofree char *command =
    g_strdup_printf ("/bin/sh -c '. \"%s\"; composed_image'", g_getenv ("VZ_TEST_FIXTURES"));
  g_autofree char *output = NULL;
  int status;

  if (!g_spawn_command_line_sync (command, &output, NULL, &status, NULL))
    return 1;
  if (status == 0)
    image = g_strstrip (g_steal_pointer (&output));
  return WIFEXITED (status) ? WEXITSTATUS (status) : 1;
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cache = g_strdup (g_getenv ("VZ_TEST_CACHE"));
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_setenv ("XDG_STATE_HOME", cache, TRUE);
  status = prepare ();
  if (status == 77)
    {
      g_print ("1..0 # SKIP the archive cannot be reached, or this host cannot compose\n");
      return 0;
    }
  g_assert_cmpint (status, ==, 0);
  folder = g_dir_make_tmp ("vz-compose-XXXXXX", NULL);
  g_test_add_func ("/compose/end-to-end/readable", test_readable);
  g_test_add_func ("/compose/end-to-end/root", test_root);
  g_test_add_func ("/compose/end-to-end/esp", test_esp);
  g_test_add_func ("/compose/end-to-end/cached", test_cached);
  g_test_add_func ("/compose/end-to-end/unknown", test_unknown);
  g_test_add_func ("/compose/end-to-end/script-fails", test_script_fails);
  g_test_add_func ("/compose/end-to-end/killed", test_killed);
  if (g_test_slow ())
    {
      g_test_add_func ("/compose/end-to-end/reproducible", test_reproducible);
      g_test_add_func ("/compose/end-to-end/reproducible-additions", test_reproducible_additions);
    }
  status = g_test_run ();
  vz_file_remove_tree (folder, NULL);
  g_free (folder);
  g_free (image);
  g_free (cache);
  return status;
}
