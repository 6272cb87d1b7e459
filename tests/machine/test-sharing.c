/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include "qemu/vz-stream.h"

#include <glib/gstdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

/* Folders of the host, mounted in a guest as vz tells the guest to. The cases for one kind share a
 * guest, whose boot takes longer than most of them. */

static char *
in_folder (Guest *guest, const char *name)
{
  return g_build_filename (guest->root, "work", name, NULL);
}

#define PROGRAMS_TIMEOUT_MS \
  (20 * 60 * 1000) /* compiling on an emulated processor of a loaded host */

/* Fails at the first line that does. Every available linker, since some write through mappings. */
static const char programs[] =
  "trap 'echo ended with $?' EXIT\n"
  "set -ex\n"
  "gcc -c program.c\n"
  "for linker in bfd gold mold; do\n"
  "  if command -v ld.$linker; then\n"
  "    gcc -fuse-ld=$linker program.o -o program-$linker\n"
  "    code=0; ./program-$linker || code=$?; [ $code = 42 ]\n"
  "  fi\n"
  "done\n"
  "[ -x program-bfd ]\n"
  "python3 - <<'END'\n"
  "import sqlite3\n"
  "base = sqlite3.connect('base')\n"
  "mode, = base.execute('pragma journal_mode=wal').fetchone()\n"
  "assert mode == 'wal', mode\n"
  "base.execute('create table t (n)')\n"
  "base.executemany('insert into t values (?)', [(n,) for n in range(1000)])\n"
  "base.commit()\n"
  "other = sqlite3.connect('base')\n"
  "assert other.execute('select sum(n) from t').fetchone() == (499500,)\n"
  "other.execute('pragma wal_checkpoint(truncate)')\n"
  "END\n"
  "git init -q repository\n"
  "cd repository\n"
  "git config user.name N; git config user.email e@example.org\n"
  "echo text >file; git add file; git commit -qm first\n"
  "[ -z \"$(git status --porcelain)\" ]\n"
  "git -C ../from-host status\n";

/* Debian 13's virtiofsd, fetched on first use; NULL if that is not possible. */
static char *
find_server (void)
{
  const char *folder = g_getenv ("VZ_TEST_GUEST");
  const char *argv[] = { g_getenv ("VZ_TEST_MAKE_VIRTIOFSD"), folder, NULL };

  return folder != NULL && guest_run_maker (argv)
           ? g_build_filename (folder, "virtiofsd", "virtiofsd", NULL)
           : NULL;
}

/* FALSE: skipped. */
static gboolean
choose_server (const char *kind)
{
  g_autofree char *server = g_str_equal (kind, "9p") ? g_strdup ("none") : find_server ();
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    {
      g_test_skip ("tests/guest/make-virtiofsd could not fetch virtiofsd (network?)");
      return FALSE;
    }
  g_setenv ("VZ_VIRTIOFSD", server, TRUE);
  g_assert_true (vz_host_check_virtio_fs (NULL, &error) == g_str_equal (kind, "virtio-fs"));
  return TRUE;
}

static VzVirtioFileSystemDeviceConfiguration *
new_device (const char *tag, const char *path, gboolean read_only)
{
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (path, read_only);
  g_autoptr (VzSingleDirectoryShare) share = vz_single_directory_share_new (directory);
  VzVirtioFileSystemDeviceConfiguration *device =
    vz_virtio_file_system_device_configuration_new (tag);

  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  return device;
}

/* Owners of folders besides one's own, if root can give folders away. */
static const uid_t owners[] = { 1001, 1000, 65534 };

static char *
name_of_owners_folder (uid_t owner)
{
  return g_strdup_printf ("of-%u", (guint) owner);
}

static void
add_folder (Guest *guest, GPtrArray *devices, const char *name, uid_t owner)
{
  g_autofree char *path = g_build_filename (guest->root, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (chown (path, owner, owner), ==, 0);
  g_ptr_array_add (devices, new_device (name, path, FALSE));
}

/* Root only: it can give folders away. */
static void
add_owners_folders (Guest *guest, GPtrArray *devices)
{
  for (gsize i = 0; i < G_N_ELEMENTS (owners); i++)
    {
      g_autofree char *name = name_of_owners_folder (owners[i]);

      add_folder (guest, devices, name, owners[i]);
    }
}

/* A running machine with a folder "work" owned by @owner, with all folders mounted. @with_programs:
 * and with this host's, read-only. NULL: skipped. */
static Guest *
start_with_folders (const char *kind, uid_t owner, gboolean with_programs)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  Guest *guest;

  if (!choose_server (kind) || (guest = guest_new ("x86_64-sharing")) == NULL)
    return NULL;
  add_folder (guest, devices, "work", owner);
  if (with_programs)
    {
      g_ptr_array_add (devices, new_device ("host", "/", TRUE));
      vz_virtual_machine_configuration_set_memory_size (guest->configuration, G_GUINT64_CONSTANT (1)
                                                                                << 30);
    }
  else if (geteuid () == 0 && !g_str_equal (kind, "9p"))
    add_owners_folders (guest, devices);
  g_object_set (guest->configuration, "directory-sharing-devices", devices, NULL);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_command (guest, "share-mount");
  return guest;
}

static Guest *shared;
static const char *shared_kind;

static void
stop_shared (void)
{
  if (shared == NULL)
    return;
  guest_stop (shared);
  g_clear_pointer (&shared, guest_free);
}

/* The guest for the cases of @kind. NULL: skipped. */
static Guest *
use_shared (const char *kind)
{
  if (shared == NULL || !g_str_equal (shared_kind, kind))
    {
      stop_shared ();
      shared = start_with_folders (kind, geteuid (), FALSE);
      shared_kind = kind;
    }
  return shared;
}

static void
put_by (Guest *guest, const char *name, const char *mode, const char *text)
{
  g_autofree char *path = in_folder (guest, name);
  FILE *file = g_fopen (path, mode);

  g_assert_nonnull (file);
  g_assert_cmpint (fputs (text, file), >=, 0);
  fclose (file);
}

#define put(guest, name, text) put_by (guest, name, "w", text)

/* What the guest sees of a file right now: as share-look prints it, without the time. */
static void
assert_sees_at (Guest *guest, const char *name, const char *expected)
{
  g_autofree char *line = g_strdup_printf ("share-look /mnt/%s", name);
  g_autofree char *found = NULL;

  guest_command (guest, line);
  found = guest_expect (guest, "file ");
  if (!g_pattern_match_simple (expected, found))
    g_error ("%s: the guest sees '%s', not '%s'", name, found, expected);
}

static void
assert_sees (Guest *guest, const char *name, const char *expected)
{
  g_autofree char *path = g_build_filename ("work", name, NULL);

  assert_sees_at (guest, path, expected);
}

/* Each of these was an endless loop in the guest's kernel. */
static void
test_ends (gconstpointer data)
{
  Guest *guest = use_shared (data);
  g_autofree char *path = NULL;
  g_autofree char *text = g_strnfill (200000, 'x');

  if (guest == NULL)
    return;
  path = in_folder (guest, "log");
  put (guest, "log", text);
  guest_command (guest, "share-open /mnt/work/log");
  g_assert_cmpint (truncate (path, 10), ==, 0);
  guest_command (guest, "share-read /mnt/work/log");
  put (guest, "log.new", "short\n");
  {
    g_autofree char *other = in_folder (guest, "log.new");

    guest_command (guest, "share-open /mnt/work/log");
    g_assert_cmpint (g_rename (other, path), ==, 0);
    guest_command (guest, "share-read /mnt/work/log");
  }
  guest_command (guest, "share-replace /mnt/work/o");
  guest_command (guest, "share-map /mnt/work/map");
  guest_command (guest, "echo still there");
}

static void
test_changes (gconstpointer data)
{
  Guest *guest = use_shared (data);
  g_autofree char *a = NULL, *b = NULL, *c = NULL, *contents = NULL;
  struct utimbuf times = { 1000000000, 1000000000 };
  struct stat status;

  if (guest == NULL)
    return;
  a = in_folder (guest, "a");
  b = in_folder (guest, "b");
  c = in_folder (guest, "c");
  assert_sees (guest, "a", "none");
  put (guest, "a", "one");
  assert_sees (guest, "a", "3 * one");
  put (guest, "a", "one and two");
  assert_sees (guest, "a", "11 * one and two");
  g_assert_cmpint (truncate (a, 3), ==, 0);
  assert_sees (guest, "a", "3 * one");
  put (guest, "b", "other");
  assert_sees (guest, "b", "5 * other");
  g_assert_cmpint (g_rename (b, a), ==, 0);
  assert_sees (guest, "a", "5 * other");
  assert_sees (guest, "b", "none");
  g_assert_cmpint (g_chmod (a, 0640), ==, 0);
  assert_sees (guest, "a", "5 640 *");
  g_assert_cmpint (utime (a, &times), ==, 0);
  assert_sees (guest, "a", "5 640 * 1000000000 other");
  g_assert_cmpint (g_unlink (a), ==, 0);
  assert_sees (guest, "a", "none");
  /* And the other way round. */
  guest_command (guest, "share-write /mnt/work/c by the guest");
  g_assert_true (g_file_get_contents (c, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "by the guest");
  guest_command (guest, "share-mode /mnt/work/c 600");
  g_assert_cmpint (stat (c, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
  guest_command (guest, "share-rename /mnt/work/c /mnt/work/b");
  g_assert_cmpint (access (c, F_OK), !=, 0);
  guest_command (guest, "share-delete /mnt/work/b");
  g_assert_cmpint (access (b, F_OK), !=, 0);
}

/* Whoever owns the folder, in the guest it belongs to the guest's user, who may write, and whose
 * files belong to the owner here. So do those of the guest's root, unless root runs vz, who keeps
 * its number. */
static void
check_owner (Guest *guest, const char *folder, uid_t owner)
{
  g_autofree char *made = g_build_filename (folder, "made", NULL);
  g_autofree char *made_here = g_build_filename (guest->root, made, NULL);
  g_autofree char *replaced_here = g_build_filename (guest->root, folder, "replaced", NULL);
  g_autofree char *write = g_strdup_printf ("share-write /mnt/%s by the guest's user", made);
  g_autofree char *replace = g_strdup_printf ("share-replace /mnt/%s/replaced", folder);
  struct stat status;

  assert_sees_at (guest, folder, "* 755 1000 *");
  guest_command (guest, write);
  g_assert_cmpint (stat (made_here, &status), ==, 0);
  g_assert_cmpuint (status.st_uid, ==, owner);
  assert_sees_at (guest, made, "* 644 1000 *");
  guest_command (guest, replace);
  g_assert_cmpint (stat (replaced_here, &status), ==, 0);
  if (geteuid () != 0)
    g_assert_cmpuint (status.st_uid, ==, owner);
}

/* With 9P it is the owner of the first folder who is exchanged. */
static void
check_owners_one_by_one (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (owners); i++)
    {
      g_autoptr (Guest) guest = start_with_folders ("9p", owners[i], FALSE);

      if (guest == NULL)
        return;
      check_owner (guest, "work", owners[i]);
      guest_stop (guest);
    }
}

static void
test_owner (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Guest *guest;

  if (!choose_server (data))
    return;
  if (!vz_host_check_shared_folders (&error))
    {
      g_test_skip (error->message);
      return;
    }
  guest = use_shared (data);
  if (guest == NULL)
    return;
  check_owner (guest, "work", geteuid ());
  if (geteuid () == 0 && g_str_equal (data, "9p"))
    {
      check_owners_one_by_one ();
      return;
    }
  for (gsize i = 0; geteuid () == 0 && i < G_N_ELEMENTS (owners); i++)
    {
      g_autofree char *folder = name_of_owners_folder (owners[i]);

      check_owner (guest, folder, owners[i]);
    }
}

static void
test_open_files (void)
{
  Guest *guest = use_shared ("9p");
  struct rlimit limit;

  if (guest == NULL)
    return;
  g_assert_cmpint (prlimit (guest_pid (guest), RLIMIT_NOFILE, NULL, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, limit.rlim_max);
}

/* Documented for 9P. */
static void
test_deleted (gconstpointer data)
{
  Guest *guest = use_shared (data);
  g_autofree char *said = NULL;

  if (guest == NULL)
    return;
  guest_command (guest, "share-truncate /mnt/work/deleted");
  said = guest_expect (guest, "truncated ");
  g_assert_cmpstr (said, ==, g_str_equal (data, "9p") ? "No such file or directory" : "well");
}

/* One that the folder's owner has created on this host. */
static void
make_repository (Guest *guest, uid_t owner)
{
  g_autofree char *path = in_folder (guest, "from-host");
  g_autofree char *ids = g_strdup_printf ("%u:%u", (guint) owner, (guint) owner);
  const char *make[] = { "git", "init", "-q", path, NULL };
  const char *give[] = { "chown", "-R", ids, path, NULL };
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) make, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  if (geteuid () != 0)
    return;
  g_assert_true (g_spawn_sync (NULL, (char **) give, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* Everything that the script has printed. */
static char *
wait_for_end (const char *log)
{
  gint64 deadline = vz_deadline_after (PROGRAMS_TIMEOUT_MS);
  char *text = NULL;

  while (!g_file_get_contents (log, &text, NULL, NULL) || strstr (text, "ended with ") == NULL)
    {
      if (vz_deadline_remaining_ms (deadline) == 0)
        g_error ("the script has not ended: %s", text != NULL ? text : "it says nothing");
      g_clear_pointer (&text, g_free);
      g_usleep (G_USEC_PER_SEC / 5);
    }
  return text;
}

/* What real programs do in a folder, as the guest's user: this host's programs, which the guest
 * sees, too. */
static void
test_programs (gconstpointer data)
{
  uid_t owner = geteuid () == 0 ? 1001 : geteuid ();
  g_autoptr (Guest) guest = start_with_folders (data, owner, TRUE);
  g_autofree char *log = NULL, *text = NULL;

  if (guest == NULL)
    return;
  guest_command (guest, "share-enter /mnt/work");
  put (guest, "program.c", "int main (void) { return 42; }\n");
  put (guest, "script", programs);
  make_repository (guest, owner);
  guest_say (guest, "share-run script");
  log = in_folder (guest, "log");
  text = wait_for_end (log);
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, "ended with 0\n"));
  guest_stop (guest);
}

/* A log: something in the guest has it open. With 9P, Linux from 6.4 on keeps what it has read of
 * it. */
static void
test_held (gconstpointer data)
{
  Guest *guest = use_shared (data);

  if (guest == NULL)
    return;
  put (guest, "held", "one one one\n");
  guest_command (guest, "share-open /mnt/work/held");
  assert_sees (guest, "held", "12 * one one one");
  put_by (guest, "held", "r+", "two two two\n");
  assert_sees (guest, "held", "12 * two two two");
  put_by (guest, "held", "a", "more\n");
  guest_command (guest, "share-read held");
  g_free (guest_expect (guest, "got 17"));
  put_by (guest, "held", "r+", "three");
  guest_command (guest, "share-poke /mnt/work/held 6 GUEST");
  assert_sees (guest, "held", "17 * threewGUEST"); /* of each side what it wrote */
}

int
main (int argc, char *argv[])
{
  struct rlimit limit = { 0, 0 };
  int code;

  g_test_init (&argc, &argv, NULL);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = MIN (limit.rlim_max, 500); /* so that there is something to raise */
  setrlimit (RLIMIT_NOFILE, &limit);
  g_test_add_data_func ("/sharing/9p/ends", "9p", test_ends);
  g_test_add_data_func ("/sharing/virtio-fs/ends", "virtio-fs", test_ends);
  g_test_add_data_func ("/sharing/9p/changes", "9p", test_changes);
  g_test_add_data_func ("/sharing/virtio-fs/changes", "virtio-fs", test_changes);
  g_test_add_data_func ("/sharing/virtio-fs/held", "virtio-fs", test_held);
  g_test_add_data_func ("/sharing/9p/owner", "9p", test_owner);
  g_test_add_data_func ("/sharing/virtio-fs/owner", "virtio-fs", test_owner);
  g_test_add_data_func ("/sharing/9p/deleted", "9p", test_deleted);
  g_test_add_data_func ("/sharing/virtio-fs/deleted", "virtio-fs", test_deleted);
  g_test_add_data_func ("/sharing/9p/programs", "9p", test_programs);
  g_test_add_data_func ("/sharing/virtio-fs/programs", "virtio-fs", test_programs);
  g_test_add_func ("/sharing/9p/open-files", test_open_files);
  code = g_test_run ();
  stop_shared ();
  return code;
}
