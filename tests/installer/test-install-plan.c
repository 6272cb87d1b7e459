/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-install-plan.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "../image/image-fixture.h"
#include "bundle/vz-machine-lock.h"
#include "installer/target/vz-install-journal.h"
#include "vz.h"

#define MIB (1ULL << 20)
#define DISK_SIZE (64 * MIB)

/* A machine that could run here, with an empty disk beside the fixture's image. */
typedef struct {
  Fixture *files;
  const char *image;
  char *disk;
  char *journal;
  VzVirtualMachineConfiguration *configuration;
} Machine;

static void
machine_set_disk (Machine *self, guint64 size)
{
  int fd = open (self->disk, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (ftruncate (fd, (off_t) size), ==, 0);
  close (fd);
}

static Machine *
machine_new (void)
{
  Machine *self = g_new0 (Machine, 1);
  g_autofree char *kernel = NULL;
  g_autoptr (VzLinuxBootLoader) boot_loader = NULL;
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autoptr (VzGenericHardwareModel) model = vz_generic_hardware_model_new ("x86_64");
  g_autoptr (VzStorageDeviceAttachment) attachment = NULL;
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  self->files = fixture_new ();
  g_setenv ("XDG_RUNTIME_DIR", self->files->folder, TRUE); /* for the lock */
  self->image = fixture_write (self->files, "image.ipsw");
  self->disk = fixture_path (self->files, "Disk.img");
  self->journal = fixture_path (self->files, VZ_INSTALL_JOURNAL);
  machine_set_disk (self, DISK_SIZE);
  kernel = fixture_path (self->files, "vmlinuz");
  g_assert_true (g_file_set_contents (kernel, "kernel", -1, NULL));
  boot_loader = vz_linux_boot_loader_new (kernel);
  vz_generic_platform_configuration_set_hardware_model (platform, model);
  attachment =
    VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (self->disk, FALSE));
  g_ptr_array_add (devices, vz_virtio_block_device_configuration_new (attachment));
  self->configuration = vz_virtual_machine_configuration_new ();
  g_object_set (self->configuration, "platform", platform, "boot-loader", boot_loader, "cpu-count",
                1, "memory-size", 512 * MIB, "storage-devices", devices, NULL);
  return self;
}

static void
machine_free (Machine *self)
{
  g_object_unref (self->configuration);
  fixture_free (self->files);
  g_free (self->journal);
  g_free (self->disk);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Machine, machine_free)

static void
assert_refused (Machine *self, const char *image, VzError code, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzInstallPlan) plan = vz_install_plan_new (self->configuration, image, NULL, &error);
  GStatBuf st;

  g_assert_null (plan);
  g_assert_error (error, VZ_ERROR, (gint) code);
  if (strstr (error->message, text) == NULL)
    g_error ("'%s' does not contain '%s'", error->message, text);
  /* Checks that nothing was written. */
  if (g_stat (self->disk, &st) == 0 && S_ISREG (st.st_mode))
    g_assert_cmpint (st.st_blocks, ==, 0);
}

static VzInstallPlan *
make_plan (Machine *self)
{
  g_autoptr (GError) error = NULL;
  VzInstallPlan *plan = vz_install_plan_new (self->configuration, self->image, NULL, &error);

  g_assert_no_error (error);
  return plan;
}

static void
restore (VzInstallPlan *plan)
{
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (GError) error = NULL;

  vz_install_plan_restore (plan, progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vz_progress_get_completed (progress), ==, vz_progress_get_total (progress));
}

/* The disk has a table, and the image's contents are in the partitions that it names. */
static void
test_restore (void)
{
  g_autoptr (Machine) machine = machine_new ();
  g_autoptr (VzInstallPlan) plan = NULL;
  GStatBuf st;

  /* The disk's previous contents are gone. */
  fixture_run (machine->files,
               "printf old | dd of=Disk.img bs=1 seek=40000000 conv=notrunc 2>/dev/null", NULL);
  plan = make_plan (machine);
  g_assert_false (plan->restored);
  restore (plan);
  fixture_run (machine->files, "cmp -n 1048576 -i 1048576:0 Disk.img esp.raw", NULL);
  fixture_run (machine->files, "cmp -n 17825792 -i 2097152:0 Disk.img root.raw", NULL);
  fixture_run (machine->files, "! grep -q old Disk.img", NULL);
  fixture_run (machine->files,
               "dd if=Disk.img bs=512 skip=1 count=1 2>/dev/null | grep -q 'EFI PART'", NULL);
  g_assert_cmpint (g_stat (machine->disk, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, (goffset) DISK_SIZE);
  g_assert_cmpint (st.st_blocks * 512, <, (goffset) (17 * MIB));
}

static void
test_resume (void)
{
  g_autoptr (Machine) machine = machine_new ();
  g_autoptr (VzInstallPlan) first = make_plan (machine);
  g_autoptr (VzInstallPlan) second = NULL;
  g_autoptr (VzInstallPlan) third = NULL;
  g_autoptr (VzInstallPlan) fourth = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VzProgress) progress = vz_progress_new (0);

  restore (first);
  fixture_run (machine->files,
               "printf 'booted once' | dd of=Disk.img bs=1 seek=3000000 conv=notrunc 2>/dev/null",
               NULL);
  second = make_plan (machine);
  g_assert_true (second->restored);
  vz_install_plan_restore (second, progress, NULL, &error);
  g_assert_no_error (error);
  fixture_run (machine->files, "grep -q 'booted once' Disk.img", NULL);

  /* Another disk means another installation, and so does a broken note. */
  machine_set_disk (machine, DISK_SIZE + MIB);
  third = make_plan (machine);
  g_assert_false (third->restored);
  g_assert_true (g_file_set_contents (machine->journal, "[ 1, ", -1, NULL));
  fourth = make_plan (machine);
  g_assert_false (fourth->restored);

  g_assert_true (vz_install_journal_remove (machine->disk, &error));
  g_assert_true (vz_install_journal_remove (machine->disk, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (machine->journal, G_FILE_TEST_EXISTS));
}

/* A cancelled restore leaves no note. */
static void
test_cancel (void)
{
  g_autoptr (Machine) machine = machine_new ();
  g_autoptr (VzInstallPlan) plan = make_plan (machine);
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (vz_install_plan_restore (plan, progress, cancellable, &error));
  g_assert_true (vz_error_is_cancelled (error));
  g_assert_false (g_file_test (machine->journal, G_FILE_TEST_EXISTS));
}

/* Changes whatever is there to something else. */
static void
spoil (const char *path, off_t offset)
{
  guint8 bytes[16];
  int fd = open (path, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (pread (fd, bytes, sizeof bytes, offset), ==, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] ^= 0xff;
  g_assert_cmpint (pwrite (fd, bytes, sizeof bytes, offset), ==, sizeof bytes);
  close (fd);
}

static void
test_broken_chunk (void)
{
  g_autoptr (Machine) machine = machine_new ();
  g_autoptr (VzInstallPlan) plan = NULL;
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (GError) error = NULL;

  spoil (machine->image, 2000000);
  plan = make_plan (machine);
  g_assert_false (vz_install_plan_restore (plan, progress, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_DIGEST_MISMATCH);
  g_assert_false (g_file_test (machine->journal, G_FILE_TEST_EXISTS));
}

static void
test_locked (void)
{
  g_autoptr (Machine) machine = machine_new ();
  g_autoptr (VzInstallPlan) plan = make_plan (machine);
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (GError) error = NULL;
  int lock = vz_machine_lock_acquire (plan->identifier, "run", &error);

  g_assert_cmpint (lock, >=, 0);
  g_assert_false (vz_install_plan_restore (plan, progress, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "run"));
  close (lock);
}

static void
test_requirements (void)
{
  g_autoptr (Machine) machine = machine_new ();
  g_autoptr (VzGenericHardwareModel) arm = vz_generic_hardware_model_new ("aarch64");
  g_autoptr (VzMacPlatformConfiguration) mac = vz_mac_platform_configuration_new ();
  VzPlatformConfiguration *platform =
    vz_virtual_machine_configuration_get_platform (machine->configuration);

  /* Both lines in one error. */
  vz_virtual_machine_configuration_set_memory_size (machine->configuration, 256 * MIB);
  vz_virtual_machine_configuration_set_cpu_count (machine->configuration, 0);
  assert_refused (machine, machine->image, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                  "memory-size: 256M found, the restore image needs at least 512M");
  assert_refused (machine, machine->image, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                  "cpu-count: 0 found, the restore image needs at least 1");
  vz_virtual_machine_configuration_set_memory_size (machine->configuration, 512 * MIB);
  vz_virtual_machine_configuration_set_cpu_count (machine->configuration, 1);

  vz_generic_platform_configuration_set_hardware_model (
    VZ_GENERIC_PLATFORM_CONFIGURATION (platform), arm);
  assert_refused (machine, machine->image, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                  "aarch64 found, the restore image needs x86_64");
  vz_virtual_machine_configuration_set_platform (machine->configuration,
                                                 VZ_PLATFORM_CONFIGURATION (mac));
  assert_refused (machine, machine->image, VZ_ERROR_NOT_SUPPORTED, "Mac platform");
}

static void
test_disks (void)
{
  g_autoptr (Machine) machine = machine_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  machine_set_disk (machine, 19 * MIB);
  assert_refused (machine, machine->image, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION, "19M");
  g_unlink (machine->disk);
  assert_refused (machine, machine->image, VZ_ERROR_NOT_FOUND, "Disk.img");
  g_assert_cmpint (g_mkdir (machine->disk, 0700), ==, 0);
  assert_refused (machine, machine->image, VZ_ERROR_INVALID_DISK_IMAGE, "not a regular file");
  vz_virtual_machine_configuration_set_storage_devices (machine->configuration, none);
  assert_refused (machine, machine->image, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                  "storage-devices");
}

static void
test_images (void)
{
  g_autoptr (Machine) machine = machine_new ();
  g_autofree char *missing = fixture_path (machine->files, "missing.ipsw");
  g_autofree char *garbage = fixture_path (machine->files, "vmlinuz");

  assert_refused (machine, missing, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "missing.ipsw");
  assert_refused (machine, garbage, VZ_ERROR_INVALID_RESTORE_IMAGE, "vmlinuz");
}

/* Two lines: what is impossible, and what works instead. */
static void
test_macos (void)
{
  static const char manifest[] =
    "<plist version=\"1.0\"><dict><key>ProductVersion</key><string>15.5</string>"
    "<key>ProductBuildVersion</key><string>24F74</string><key>SupportedProductTypes</key>"
    "<array><string>VirtualMac2,1</string></array><key>BuildIdentities</"
    "key><array><dict><key>Info</key><dict>"
    "<key>DeviceClass</key><string>vma2macosap</string><key>VirtualMachineMinCPUCount</"
    "key><integer>2</integer>"
    "<key>VirtualMachineMinMemorySizeMB</key><integer>4096</integer></dict><key>Manifest</"
    "key><dict/></dict>"
    "</array></dict></plist>";
  g_autoptr (Machine) machine = machine_new ();
  g_autofree char *path = fixture_path (machine->files, "macos.ipsw");
  zip_t *zip = zip_open (path, ZIP_CREATE, NULL);
  zip_source_t *source = zip_source_buffer (zip, manifest, strlen (manifest), 0);

  g_assert_cmpint (zip_file_add (zip, "BuildManifest.plist", source, 0), >=, 0);
  g_assert_cmpint (zip_close (zip), ==, 0);
  assert_refused (machine, path, VZ_ERROR_NOT_SUPPORTED,
                  "cannot be installed here: a Linux host cannot run macOS guests");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/install-plan/restore", test_restore);
  g_test_add_func ("/install-plan/resume", test_resume);
  g_test_add_func ("/install-plan/cancel", test_cancel);
  g_test_add_func ("/install-plan/broken-chunk", test_broken_chunk);
  g_test_add_func ("/install-plan/locked", test_locked);
  g_test_add_func ("/install-plan/requirements", test_requirements);
  g_test_add_func ("/install-plan/disks", test_disks);
  g_test_add_func ("/install-plan/images", test_images);
  g_test_add_func ("/install-plan/macos", test_macos);
  return g_test_run ();
}
