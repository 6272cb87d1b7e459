/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include <glib/gstdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

/* A folder of the host, mounted in a guest as vz tells the guest to. */

static char *
in_folder (Guest *guest, const char *name)
{
  return g_build_filename (guest->root, "work", name, NULL);
}

static Guest *
start_with_folder (uid_t owner)
{
  Guest *guest = guest_new ("x86_64-sharing");
  g_autofree char *path = NULL;
  g_autoptr (VzSharedDirectory) directory = NULL;
  g_autoptr (VzSingleDirectoryShare) share = NULL;
  g_autoptr (VzVirtioFileSystemDeviceConfiguration) device = NULL;
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  if (guest == NULL)
    return NULL;
  path = g_build_filename (guest->root, "work", NULL);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (chown (path, owner, owner), ==, 0);
  directory = vz_shared_directory_new (path, FALSE);
  share = vz_single_directory_share_new (directory);
  device = vz_virtio_file_system_device_configuration_new ("work");
  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  g_ptr_array_add (devices, device);
  g_object_set (guest->configuration, "directory-sharing-devices", devices, NULL);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_command (guest, "share-mount");
  return guest;
}

static void
put (Guest *guest, const char *name, const char *text)
{
  g_autofree char *path = in_folder (guest, name);
  FILE *file = g_fopen (path, "w");

  g_assert_nonnull (file);
  g_assert_cmpint (fputs (text, file), >=, 0);
  fclose (file);
}

/* What the guest says of a file right now: as share-look does, without the time. */
static void
assert_sees (Guest *guest, const char *name, const char *expected)
{
  g_autofree char *line = g_strdup_printf ("share-look /mnt/work/%s", name);
  g_autofree char *found = NULL;

  guest_command (guest, line);
  found = guest_expect (guest, "file ");
  if (!g_pattern_match_simple (expected, found))
    g_error ("%s: the guest sees '%s', not '%s'", name, found, expected);
}

static void
stop (Guest *guest)
{
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_stop (guest->machine, NULL, &error);
  g_assert_no_error (error);
}

/* Each of these was a loop in the guest's kernel that nothing ended. */
static void
test_ends (void)
{
  g_autoptr (Guest) guest = start_with_folder (geteuid ());
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
  stop (guest);
}

static void
test_changes (void)
{
  g_autoptr (Guest) guest = start_with_folder (geteuid ());
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
  /* And the other way. */
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
  stop (guest);
}

/* Whoever owns the folder, it is the guest's user's there, who may write; and what he makes is the
 * owner's here. */
static void
test_owner (gconstpointer data)
{
  uid_t owner = geteuid () == 0 ? (uid_t) GPOINTER_TO_UINT (data) : geteuid ();
  g_autoptr (Guest) guest = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  struct stat status;

  if (!vz_host_check_shared_folders (&error))
    {
      g_test_skip (error->message);
      return;
    }
  guest = start_with_folder (owner);
  if (guest == NULL)
    return;
  path = in_folder (guest, "made");
  assert_sees (guest, "", "* 755 1000 *");
  guest_command (guest, "share-write /mnt/work/made by the guest's user");
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_uid, ==, owner);
  assert_sees (guest, "made", "* 644 1000 *");
  stop (guest);
}

static void
test_open_files (void)
{
  g_autoptr (Guest) guest = start_with_folder (geteuid ());
  struct rlimit limit;

  if (guest == NULL)
    return;
  g_assert_cmpint (prlimit (guest_pid (guest), RLIMIT_NOFILE, NULL, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, limit.rlim_max);
  stop (guest);
}

int
main (int argc, char *argv[])
{
  struct rlimit limit = { 0, 0 };

  g_test_init (&argc, &argv, NULL);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = MIN (limit.rlim_max, 500); /* so that there is something to raise */
  setrlimit (RLIMIT_NOFILE, &limit);
  g_test_add_func ("/sharing/ends", test_ends);
  g_test_add_func ("/sharing/changes", test_changes);
  g_test_add_data_func ("/sharing/owner/0", GUINT_TO_POINTER (0), test_owner);
  g_test_add_data_func ("/sharing/owner/1001", GUINT_TO_POINTER (1001), test_owner);
  g_test_add_data_func ("/sharing/owner/1000", GUINT_TO_POINTER (1000), test_owner);
  g_test_add_data_func ("/sharing/owner/65534", GUINT_TO_POINTER (65534), test_owner);
  g_test_add_func ("/sharing/open-files", test_open_files);
  return g_test_run ();
}
