/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle-fixture.h"
#include "bundle/vz-bundle-lock.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"

#define ECID G_GUINT64_CONSTANT (0x1661a1d30fb268d5)
#define DISK_SIZE (G_GUINT64_CONSTANT (1) << 37) /* 128 GB, of which a few KiB are used */

typedef struct {
  char *directory;
  char *path;
  char *clone;
  VzBundle *bundle;
} Fixture;

/* A network device with the machine's usual address and one with another. */
static void
save_configuration (VzBundle *bundle)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (bundle, &error);
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (VzMACAddress) usual = vz_machine_identifier_dup_default_mac_address (identifier);
  g_autoptr (VzMACAddress) other = vz_mac_address_new_from_string ("02:00:00:00:00:01");

  g_ptr_array_add (devices, vz_virtio_network_device_configuration_new ());
  g_ptr_array_add (devices, vz_virtio_network_device_configuration_new ());
  vz_network_device_configuration_set_mac_address (devices->pdata[0], usual);
  vz_network_device_configuration_set_mac_address (devices->pdata[1], other);
  vz_virtual_machine_configuration_set_network_devices (configuration, devices);
  vz_virtual_machine_configuration_set_platform (configuration,
                                                 VZ_PLATFORM_CONFIGURATION (platform));
  g_assert_true (vz_bundle_save_configuration (bundle, configuration, &error));
  g_assert_no_error (error);
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  g_autofree char *disk = NULL;

  fixture->directory = fixture_directory ();
  fixture->path = g_build_filename (fixture->directory, "VM.bundle", NULL);
  fixture->clone = g_build_filename (fixture->directory, "Clone.bundle", NULL);
  fixture->bundle = fixture_bundle (fixture->path, ECID);
  disk = vz_bundle_dup_disk_image_path (fixture->bundle);
  g_assert_cmpint (truncate (disk, DISK_SIZE), ==, 0);
  fixture_write_at (disk, 0, "first");
  fixture_write_at (disk, DISK_SIZE / 2, "middle");
  fixture_write_at (disk, DISK_SIZE - 4, "last");
  fixture_write (fixture->path, "AuxiliaryStorage", "variables");
  fixture_write (fixture->path, "SaveFile.vzvmsave", "state");
  save_configuration (fixture->bundle);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->bundle);
  fixture_clear (fixture->directory);
  g_free (fixture->path);
  g_free (fixture->clone);
}

static const char *
get_address (VzVirtualMachineConfiguration *configuration, guint index)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_network_devices (configuration);

  return vz_mac_address_to_string (
    vz_network_device_configuration_get_mac_address (devices->pdata[index]));
}

static void
assert_identity (Fixture *fixture, VzBundle *clone, gboolean same)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (clone, &error);
  g_autoptr (VzMACAddress) usual = vz_machine_identifier_dup_default_mac_address (identifier);
  g_autoptr (VzVirtualMachineConfiguration)
    before = vz_bundle_load_configuration (fixture->bundle, &error);
  g_autoptr (VzVirtualMachineConfiguration) now = vz_bundle_load_configuration (clone, &error);

  g_assert_no_error (error);
  g_assert_true ((vz_machine_identifier_get_ecid (identifier) == ECID) == same);
  g_assert_cmpstr (get_address (now, 0), ==, vz_mac_address_to_string (usual));
  for (guint i = 0; i < 2; i++)
    g_assert_true (g_str_equal (get_address (now, i), get_address (before, i)) == same);
}

static void
test_clone (Fixture *fixture, gconstpointer data)
{
  gboolean same = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (VzBundle) clone = NULL;
  g_autofree char *disk = NULL, *save = NULL, *variables = NULL;
  struct stat st;

  g_assert_true (vz_bundle_clone (fixture->bundle, fixture->clone,
                                  same ? VZ_BUNDLE_CLONE_SAME_IDENTITY
                                       : VZ_BUNDLE_CLONE_NEW_IDENTITY,
                                  progress, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (vz_progress_get_fraction_completed (progress), ==, 1.0);
  g_assert_cmpuint (fixture_count (fixture->directory), ==, 2);
  clone = vz_bundle_open (fixture->clone, &error);
  g_assert_no_error (error);
  assert_identity (fixture, clone, same);
  save = vz_bundle_dup_save_file_path (clone);
  g_assert_false (vz_file_is_there (save));
  variables = vz_bundle_dup_auxiliary_storage_path (clone);
  fixture_assert_reads (variables, 0, "variables");
  disk = vz_bundle_dup_disk_image_path (clone);
  g_assert_cmpint (stat (disk, &st), ==, 0);
  g_assert_cmpuint (st.st_size, ==, DISK_SIZE);
  g_assert_cmpuint (st.st_blocks, <=, 3 * 128); /* holes stay holes, whatever the block size */
  fixture_assert_reads (disk, 0, "first");
  fixture_assert_reads (disk, DISK_SIZE / 2, "middle");
  fixture_assert_reads (disk, DISK_SIZE - 4, "last");
  /* The two are separate. */
  fixture_write_at (disk, 0, "FIRST");
  g_free (disk);
  disk = vz_bundle_dup_disk_image_path (fixture->bundle);
  fixture_assert_reads (disk, 0, "first");
}

static void
assert_refused (Fixture *fixture, GCancellable *cancellable, GQuark domain, int code,
                const char *text)
{
  g_autoptr (GError) error = NULL;
  guint before = fixture_count (fixture->directory);

  g_assert_false (vz_bundle_clone (fixture->bundle, fixture->clone, VZ_BUNDLE_CLONE_NEW_IDENTITY,
                                   NULL, cancellable, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_cmpuint (fixture_count (fixture->directory), ==, before);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *odd = g_build_filename (fixture->path, "odd", NULL);
  VzBundleLock *lock = vz_bundle_lock_take (fixture->path, "run", &error);

  g_assert_no_error (error);
  assert_refused (fixture, NULL, VZ_ERROR, VZ_ERROR_BUSY, ", run)");
  vz_bundle_lock_free (lock);
  g_cancellable_cancel (cancelled);
  assert_refused (fixture, cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  g_assert_cmpint (symlink ("/etc/passwd", odd), ==, 0);
  assert_refused (fixture, NULL, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE, "odd");
  g_assert_cmpint (unlink (odd), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->clone, 0700), ==, 0);
  assert_refused (fixture, NULL, VZ_ERROR, VZ_ERROR_EXISTS, "exists");
  g_free (fixture->clone);
  fixture->clone = g_build_filename (fixture->directory, "none", "Clone.bundle", NULL);
  assert_refused (fixture, NULL, VZ_ERROR, VZ_ERROR_NOT_FOUND, "none");
}

static void
on_cloned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_bundle_clone_finish (VZ_BUNDLE (source), result, &error));
  g_assert_no_error (error);
  g_main_loop_quit (data);
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  vz_bundle_clone_async (fixture->bundle, fixture->clone, VZ_BUNDLE_CLONE_NEW_IDENTITY, NULL, NULL,
                         on_cloned, loop);
  g_main_loop_run (loop);
  g_assert_true (vz_file_is_there (fixture->clone));
}

static void
assert_host_name (Fixture *fixture, VzBundleCloneFlags flags, const char *wanted,
                  const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) clone = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;

  vz_bundle_set_clone_host_name (fixture->bundle, wanted);
  g_assert_cmpstr (vz_bundle_get_clone_host_name (fixture->bundle), ==, wanted);
  g_assert_true (vz_bundle_clone (fixture->bundle, fixture->clone, flags, NULL, NULL, &error));
  g_assert_no_error (error);
  clone = vz_bundle_open (fixture->clone, &error);
  g_assert_no_error (error);
  configuration = vz_bundle_load_configuration (clone, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (
    vz_generic_platform_configuration_get_host_name (VZ_GENERIC_PLATFORM_CONFIGURATION (
      vz_virtual_machine_configuration_get_platform (configuration))),
    ==, expected);
  g_assert_true (vz_file_remove_tree (fixture->clone, &error));
}

static void
test_host_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *base = g_path_get_basename (fixture->clone);
  g_autofree char *derived = vz_guest_settings_derive_host_name (base);

  assert_host_name (fixture, VZ_BUNDLE_CLONE_NEW_IDENTITY, NULL, derived);
  assert_host_name (fixture, VZ_BUNDLE_CLONE_NEW_IDENTITY, "web-2.example", "web-2.example");
  assert_host_name (fixture, VZ_BUNDLE_CLONE_SAME_IDENTITY, "web-2", NULL);
  vz_bundle_set_clone_host_name (fixture->bundle, "not_one");
  assert_refused (fixture, NULL, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT, "'not_one' found");
}

/* Between file systems, everything has to pass through our memory. */
static void
test_other_file_system (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = fixture_directory ();
  g_autofree char *path = g_build_filename (directory, "copy", NULL);
  int from VZ_AUTO_CLOSE = memfd_create ("source", MFD_CLOEXEC);
  int to VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  guint64 size;

  g_assert_cmpint (ftruncate (from, 1 << 30), ==, 0);
  g_assert_cmpint (pwrite (from, "text", 4, (1 << 29) - 2), ==, 4);
  g_assert_true (vz_file_content_copy (from, to, NULL, NULL, &error));
  g_assert_no_error (error);
  fixture_assert_reads (path, (1 << 29) - 2, "text");
  g_assert_true (vz_file_content_measure (to, &size, &error));
  g_assert_cmpuint (size, <=, 1 << 22);
  fixture_clear (g_steal_pointer (&directory));
}

static void
add_tests (void)
{
  g_test_add ("/clone/new-identity", Fixture, GINT_TO_POINTER (FALSE), setup, test_clone, teardown);
  g_test_add ("/clone/same-identity", Fixture, GINT_TO_POINTER (TRUE), setup, test_clone, teardown);
  g_test_add ("/clone/refused", Fixture, NULL, setup, test_refused, teardown);
  g_test_add ("/clone/host-name", Fixture, NULL, setup, test_host_name, teardown);
  g_test_add ("/clone/async", Fixture, NULL, setup, test_async, teardown);
  g_test_add_func ("/clone/other-file-system", test_other_file_system);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
