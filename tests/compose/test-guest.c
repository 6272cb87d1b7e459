/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vz_compose_guest() with recipes that go wrong. The real one is tested end to end. */
#include "compose/vz-compose-guest.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compose/vz-compose-copy.h"
#include "compose/vz-compose-files.h"
#include "compose/vz-compose-log.h"
#include "foundation/file/vz-file.h"

typedef struct {
  char *directory;
  char *scratch;
  char *log_path;
  VzComposeRequest *request;
  VzDebianArchive archive;
  VzDebianRelease release;
  VzGuestNames *names;
  const char *files;
} Fixture;

static char *home;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *script = data;
  g_autofree char *recipe = NULL;
  g_autofree char *file = NULL;

  fixture->directory = g_dir_make_tmp ("vz-guest-XXXXXX", NULL);
  recipe = g_build_filename (fixture->directory, "compose", NULL);
  file = g_build_filename (recipe, "compose", NULL);
  g_mkdir (recipe, 0755);
  g_assert_true (g_file_set_contents (file, script, -1, NULL));
  g_chmod (file, 0755);
  g_setenv ("VZ_DATADIR", fixture->directory, TRUE);
  fixture->scratch = g_build_filename (home, "vz", "tmp", NULL);
  fixture->log_path = g_build_filename (fixture->directory, "log", NULL);
  fixture->request = vz_compose_request_new ();
  vz_compose_request_set_log_path (fixture->request, fixture->log_path);
  fixture->release.codename = (char *) "trixie";
  fixture->archive.release = &fixture->release;
  fixture->archive.sources_list = (char *) "deb http://x/debian trixie main\n";
  fixture->archive.guest_sources = (char *) "Types: deb\n";
  fixture->archive.time = 1700000000;
  fixture->names = vz_guest_names_new ("key");
  fixture->files = "";
}

static void
assert_nothing_left (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->scratch, 0, NULL);

  if (dir != NULL)
    g_assert_null (g_dir_read_name (dir));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  assert_nothing_left (fixture);
  g_clear_object (&fixture->request);
  vz_guest_names_free (fixture->names);
  vz_file_remove_tree (fixture->directory, NULL);
  g_free (fixture->directory);
  g_free (fixture->scratch);
  g_free (fixture->log_path);
}

static gboolean
run (Fixture *fixture, VzComposedGuest *guest, GCancellable *cancellable, GError **error)
{
  const VzComposeWork work = { fixture->request, &fixture->archive, fixture->names,
                               fixture->files };

  return vz_compose_guest (&work, NULL, guest, cancellable, error);
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  VzComposedGuest guest = { -1, -1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  struct stat info;
  char text[16] = "";

  g_assert_true (run (fixture, &guest, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (pread (guest.esp_fd, text, sizeof text - 1, 0), ==, 4);
  g_assert_cmpstr (text, ==, "esp\n");
  g_assert_cmpint (fstat (guest.root_fd, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 1048576);
  g_assert_cmpint (info.st_nlink, ==, 0);
  g_assert_true (g_file_get_contents (fixture->log_path, &log, NULL, NULL));
  g_assert_cmpstr (log, ==, "trixie 1700000000\n");
  vz_composed_guest_clear (&guest);
}

/* The recipe is told of a desktop, and can find what that is made of. */
static void
test_desktop (Fixture *fixture, gconstpointer data)
{
  for (int desktop = 0; desktop < 2; desktop++)
    {
      VzComposedGuest guest = { -1, -1 };
      g_autoptr (GError) error = NULL;
      g_autofree char *log = NULL;

      vz_compose_request_set_desktop (fixture->request, desktop);
      g_assert_true (run (fixture, &guest, NULL, &error));
      g_assert_no_error (error);
      vz_composed_guest_clear (&guest);
      g_assert_true (g_file_get_contents (fixture->log_path, &log, NULL, NULL));
      g_assert_cmpstr (log, ==, desktop ? "desktop=1\n" : "desktop=\n");
    }
}

/* The recipe is given what it is to add, as copies of its own; what has changed since it was read
 * for the request is not taken. */
static void
test_added (Fixture *fixture, gconstpointer data)
{
  VzComposedGuest guest = { -1, -1 };
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *script = g_build_filename (fixture->directory, "script", NULL);
  g_autofree char *folder = g_build_filename (fixture->directory, "site", NULL);
  g_autofree char *file = g_build_filename (folder, ".secret", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autofree char *digest = NULL;
  g_autofree char *other = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (script, "#!/bin/sh\necho ran\n", -1, NULL));
  g_assert_cmpint (g_mkdir (folder, 0750), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", -1, NULL));
  g_assert_cmpint (g_chmod (file, 0640), ==, 0);
  g_assert_cmpint (symlink ("/nowhere", link), ==, 0);
  g_ptr_array_add (copies, vz_compose_copy_new (folder, "/srv/"));
  g_ptr_array_add (copies, vz_compose_copy_new (file, "/etc/other"));
  vz_compose_request_set_script (fixture->request, script);
  vz_compose_request_set_copies (fixture->request, copies);
  fixture->files = digest = vz_compose_files_digest (fixture->request, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (run (fixture, &guest, NULL, &error));
  g_assert_no_error (error);
  vz_composed_guest_clear (&guest);
  g_assert_true (g_file_get_contents (fixture->log_path, &log, NULL, NULL));
  g_assert_cmpstr (log, ==,
                   "ran\n/srv\n/etc\n0/site 750 0\n0/site/.secret 640 0\n0/site/link 777 0\n"
                   "1/other 640 0\n");

  g_assert_cmpint (g_chmod (file, 0600), ==, 0);
  other = vz_compose_files_digest (fixture->request, NULL, NULL);
  g_assert_cmpstr (other, !=, digest);
  g_assert_false (run (fixture, &guest, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_clear_error (&error);

  g_unlink (link);
  g_assert_cmpint (mkfifo (link, 0600), ==, 0);
  g_assert_null (vz_compose_files_digest (fixture->request, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, link));
}

static void
test_bad (Fixture *fixture, gconstpointer data)
{
  VzComposedGuest guest = { -1, -1 };
  g_autoptr (GError) error = NULL;

  g_assert_false (run (fixture, &guest, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "nosuch"));
  g_assert_nonnull (strstr (error->message, fixture->log_path));
  g_assert_cmpint (guest.esp_fd, ==, -1);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (500 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_hanging (Fixture *fixture, gconstpointer data)
{
  VzComposedGuest guest = { -1, -1 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  gint64 start = g_get_monotonic_time ();

  g_assert_false (run (fixture, &guest, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
  g_thread_join (thread);
}

/* What a guard that was killed left behind. */
static void
test_sweep (Fixture *fixture, gconstpointer data)
{
  VzComposedGuest guest = { -1, -1 };
  g_autofree char *left = g_build_filename (fixture->scratch, "compose-old", "root", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (left, 0700), ==, 0);
  g_assert_false (run (fixture, &guest, NULL, &error));
}

static void
test_no_recipe (Fixture *fixture, gconstpointer data)
{
  VzComposedGuest guest = { -1, -1 };
  g_autoptr (GError) error = NULL;

  g_setenv ("VZ_DATADIR", "/nonexistent", TRUE);
  g_assert_false (run (fixture, &guest, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  home = g_dir_make_tmp ("vz-home-XXXXXX", NULL);
  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  if (g_spawn_command_line_sync ("unshare --mount --pid --fork --mount-proc true", NULL, NULL,
                                 &result, NULL) &&
      result != 0 &&
      g_spawn_command_line_sync (
        "unshare --user --map-auto --map-root-user --mount --pid --fork --mount-proc true", NULL,
        NULL, &result, NULL) &&
      result != 0)
    {
      g_print ("1..0 # SKIP namespaces cannot be created here\n");
      return 0;
    }
  g_test_add ("/compose/guest/good", Fixture,
              "#!/bin/sh\necho esp > $VZ_WORK/esp.img; truncate -s 1M $VZ_WORK/root.img\n"
              "test -s $VZ_WORK/sources.list && echo $VZ_CODENAME $SOURCE_DATE_EPOCH $LD_PRELOAD\n",
              set_up, test_good, tear_down);
  g_test_add ("/compose/guest/desktop", Fixture, "#!/bin/sh\necho desktop=$VZ_DESKTOP\n", set_up,
              test_desktop, tear_down);
  g_test_add ("/compose/guest/added", Fixture,
              "#!/bin/sh\nset -e; cd $VZ_WORK/added; ./run; cat list\n"
              "LC_ALL=C find [0-9]/* -printf '%p %m %U\\n' | LC_ALL=C sort\n",
              set_up, test_added, tear_down);
  g_test_add (
    "/compose/guest/bad", Fixture,
    "#!/bin/sh\nmkdir -p $VZ_WORK/root/x\necho 'E: Unable to locate package nosuch' >&2; exit 3\n",
    set_up, test_bad, tear_down);
  g_test_add ("/compose/guest/hanging", Fixture,
              "#!/bin/sh\ntrap '' TERM INT HUP\nsetsid sleep 100 &\nwhile :; do sleep 1; done\n",
              set_up, test_hanging, tear_down);
  g_test_add ("/compose/guest/sweep", Fixture, "#!/bin/sh\nexit 1\n", set_up, test_sweep,
              tear_down);
  g_test_add ("/compose/guest/no-recipe", Fixture, "", set_up, test_no_recipe, tear_down);
  result = g_test_run ();
  vz_file_remove_tree (home, NULL);
  g_free (home);
  return result;
}
