/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include "foundation/vz-fail.h"
#include "machine/guest/vz-exec-ports.h"
#include "machine/saved-state/vz-save-binding.h"
#include "machine/saved-state/vz-save-file.h"
#include "machine/saved-state/vz-save-format.h"
#include "machine/vz-virtual-machine-private.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
assert_clock_right (const GuestReport *report)
{
  double now = (double) g_get_real_time () / G_USEC_PER_SEC;

  g_assert_cmpfloat (ABS (report->clock - now), <, 2.0);
}

static void
test_goes_on (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *path = NULL, *disk = NULL;
  g_autoptr (GError) error = NULL, refused = NULL;
  g_autoptr (VzProgress) progress = NULL;
  GuestReport before, after;
  struct stat st;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  disk = guest_add_disk (guest, "Disk.img", "disk");
  guest_add_network (guest, "5e:12:34:56:78:9a", "0:22");
  guest_start_and_wait (guest);
  before = guest_ask_report (guest);
  assert_clock_right (&before);
  guest_pause_and_save (guest, path);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
  g_usleep (4 * G_USEC_PER_SEC); /* the guest's clock would be off by more than is allowed */

  guest_make_again (guest);
  progress = vz_progress_new (1);
  vz_virtual_machine_start_or_restore (guest->machine, path, progress, &refused, NULL, &error);
  g_assert_no_error (error);
  g_assert_no_error (refused);
  g_assert_cmpfloat (vz_progress_get_fraction_completed (progress), ==, 1.0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  guest_connect (guest);
  after = guest_ask_report (guest);
  g_assert_cmpuint (after.count, >=, before.count);
  g_assert_cmpuint (after.count, <, before.count + 6000); /* a rebooted guest has none */
  g_assert_cmpuint (after.round_trips, >=, before.round_trips);
  assert_clock_right (&after);
  g_usleep (G_USEC_PER_SEC);
  before = after;
  after = guest_ask_report (guest);
  g_assert_cmpuint (after.count, >, before.count);
  g_assert_cmpuint (after.round_trips, >, before.round_trips);
}

/* A pause is time that the guest did not see. */
static void
test_clock_after_pause (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;
  GuestReport report;

  if (guest == NULL)
    return;
  guest_start_and_wait (guest);
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_usleep (4 * G_USEC_PER_SEC);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  report = guest_ask_report (guest);
  assert_clock_right (&report);
}

/* The state can be saved again and again, with the machine paused all the time, and stays as
 * good. */
static void
test_twice (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  GuestReport before, after;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  guest_start_and_wait (guest);
  before = guest_ask_report (guest);
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  g_assert_no_error (error);
  vz_virtual_machine_save_machine_state_to_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  vz_virtual_machine_save_machine_state_to_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  after = guest_ask_report (guest);
  g_assert_cmpuint (after.count, >=, before.count);
  vz_virtual_machine_stop (guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_make_again (guest);
  vz_virtual_machine_restore_machine_state_from_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_connect (guest);
  after = guest_ask_report (guest);
  g_assert_cmpuint (after.count, >=, before.count);
}

static void
change_byte (const char *path, off_t at)
{
  int fd = open (path, O_RDWR);
  guint8 byte;

  g_assert_cmpint (pread (fd, &byte, 1, at), ==, 1);
  byte ^= 0x10;
  g_assert_cmpint (pwrite (fd, &byte, 1, at), ==, 1);
  close (fd);
}

static void
copy (const char *from, const char *to)
{
  const char *argv[] = { "cp", "--preserve=timestamps", from, to, NULL };
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* Refused before anything starts, with the reason. */
static void
assert_refused_with (VzVirtualMachineConfiguration *configuration, const char *path, VzError code,
                     const char *reason)
{
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_new (configuration);
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_virtual_machine_restore_machine_state_from_file (machine, path, NULL, NULL,
                                                                      &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_RESTORE);
  g_assert_true (vz_error_is (error, code));
  g_assert_true (code != VZ_ERROR_RESTORE || !vz_error_is (error, VZ_ERROR_FOREIGN_SAVED_STATE));
  if (strstr (error->message, reason) == NULL)
    g_error ("'%s' is not in: %s", reason, error->message);
  g_assert_cmpint (vz_virtual_machine_get_state (machine), ==, VZ_VIRTUAL_MACHINE_STATE_STOPPED);
}

static void
assert_refused (VzVirtualMachineConfiguration *configuration, const char *path, const char *reason)
{
  assert_refused_with (configuration, path, VZ_ERROR_RESTORE, reason);
}

static void
assert_damage_refused (Guest *guest, const char *path, const char *spoiled)
{
  const off_t version = sizeof (VzSaveFrame) + offsetof (VzSaveHead, version);
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  /* Magic, description, pieces, table, end: a byte anywhere. */
  for (off_t i = 0; i < 60; i++)
    {
      off_t at = i < 20   ? i * 3
                 : i < 40 ? st.st_size - 1 - (i - 20) * 5
                          : g_random_double () * (st.st_size - 1);

      copy (path, spoiled);
      change_byte (spoiled, at);
      assert_refused_with (guest->configuration, spoiled,
                           at >= version && at < version + 4 ? VZ_ERROR_FOREIGN_SAVED_STATE
                                                             : VZ_ERROR_RESTORE,
                           spoiled);
    }
  for (guint i = 0; i < 10; i++)
    {
      copy (path, spoiled);
      g_assert_cmpint (truncate (spoiled, i == 0 ? 0 : g_random_double () * st.st_size), ==, 0);
      assert_refused (guest->configuration, spoiled, "truncated");
    }
  copy (path, spoiled);
  g_assert_cmpint (truncate (spoiled, st.st_size + 1), ==, 0);
  assert_refused (guest->configuration, spoiled, spoiled);
}

/* The format's number comes before everything that may differ in another one. */
static void
assert_version_refused (Guest *guest, const char *path, const char *spoiled)
{
  guint8 older = VZ_SAVE_VERSION - 1;
  int fd = (copy (path, spoiled), open (spoiled, O_WRONLY));

  g_assert_cmpint (pwrite (fd, &older, 1, sizeof (VzSaveFrame) + offsetof (VzSaveHead, version)),
                   ==, 1);
  close (fd);
  assert_refused_with (guest->configuration, spoiled, VZ_ERROR_FOREIGN_SAVED_STATE,
                       "version 1 of the format found, must be 2");
}

static void
test_refused (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *path = NULL, *disk = NULL, *spoiled = NULL;
  g_autoptr (GError) error = NULL, refused = NULL;
  g_autoptr (VzConfig) other = NULL;
  g_autoptr (VzGenericMachineIdentifier) stranger = NULL;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  spoiled = g_build_filename (guest->root, "spoiled", NULL);
  disk = guest_add_disk (guest, "Disk.img", "disk");
  guest_start_and_wait (guest);
  guest_pause_and_save (guest, path);
  assert_damage_refused (guest, path, spoiled);
  assert_version_refused (guest, path, spoiled);

  other = vz_config_copy (VZ_CONFIG (guest->configuration));
  vz_virtual_machine_configuration_set_memory_size (VZ_VIRTUAL_MACHINE_CONFIGURATION (other),
                                                    G_GUINT64_CONSTANT (512) << 20);
  assert_refused (VZ_VIRTUAL_MACHINE_CONFIGURATION (other), path, "configuration has changed");
  g_clear_object (&other);
  other = vz_config_copy (VZ_CONFIG (guest->configuration));
  stranger = vz_generic_machine_identifier_new ();
  vz_generic_platform_configuration_set_machine_identifier (
    VZ_GENERIC_PLATFORM_CONFIGURATION (
      vz_virtual_machine_configuration_get_platform (VZ_VIRTUAL_MACHINE_CONFIGURATION (other))),
    stranger);
  assert_refused (VZ_VIRTUAL_MACHINE_CONFIGURATION (other), path, "saved with the machine");

  change_byte (disk, 4096); /* and nothing else */
  assert_refused (guest->configuration, path, "Disk.img' has been written to since");
  guest_make_again (guest);
  vz_virtual_machine_start_or_restore (guest->machine, path, NULL, &refused, NULL, &error);
  g_assert_no_error (error);
  g_assert_error (refused, VZ_ERROR, VZ_ERROR_RESTORE);
  g_assert_nonnull (strstr (refused->message, "has been written to since"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  guest_connect (guest);
  g_free (guest_expect (guest, "READY")); /* it boots */
}

/* The machine is not asked for what it cannot do, and a file in use by nobody stays. */
static void
test_in_use (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzVirtualMachine) second = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  guest_start (guest);
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  g_assert_no_error (error);
  vz_virtual_machine_save_machine_state_to_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  second = vz_virtual_machine_new (guest->configuration);
  g_assert_false (vz_virtual_machine_start_or_restore (second, path, NULL, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_true (vz_error_is (error, VZ_ERROR_BUSY));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_cancelled_and_nowhere (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *path = NULL, *partial = NULL;
  g_autoptr (GError) error = NULL, nowhere = NULL;
  GuestReport report;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  partial = g_strconcat (path, ".partial", NULL);
  guest_start_and_wait (guest);
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_cancellable_cancel (cancelled);
  g_assert_false (vz_virtual_machine_save_machine_state_to_file (guest->machine, path, NULL,
                                                                 cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (vz_virtual_machine_save_machine_state_to_file (guest->machine, "/nowhere/x", NULL,
                                                                 NULL, &nowhere));
  g_assert_error (nowhere, VZ_ERROR, VZ_ERROR_SAVE);
  g_assert_nonnull (strstr (nowhere->message, "/nowhere/x"));
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS));
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  report = guest_ask_report (guest);
  g_assert_cmpuint (report.count, >, 0);
}

static char *
first_default_key (JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l != NULL; l = l->next)
    if (JSON_NODE_HOLDS_NULL (json_object_get_member (object, l->data)))
      return g_strdup (l->data);
  g_error ("the configuration has no key that is at its default");
}

/* Configurations are compared by meaning: a key that a later vz adds is at its default. */
static void
test_configuration_by_meaning (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autoptr (JsonObject) saved = NULL, now = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  JsonObject *keys;

  vz_virtual_machine_configuration_set_platform (configuration,
                                                 VZ_PLATFORM_CONFIGURATION (platform));
  saved = vz_save_binding_new (configuration, configuration, "/nowhere/SaveFile.vzvmsave", &error);
  g_assert_no_error (error);
  now = vz_save_binding_new (configuration, configuration, "/nowhere/SaveFile.vzvmsave", &error);
  g_assert_no_error (error);
  keys = json_object_get_object_member (saved, "configuration");
  name = first_default_key (keys);
  json_object_remove_member (keys, name);
  vz_save_binding_check_machine (saved, now, &error);
  g_assert_no_error (error);
  json_object_set_int_member (keys, "cpu-count", 17);
  g_assert_false (vz_save_binding_check_machine (saved, now, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_RESTORE);
  g_clear_error (&error);
  json_object_remove_member (saved, "configuration");
  g_assert_false (vz_save_binding_check_machine (saved, now, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_RESTORE);
}

/* Whoever saves the machine knows only what is in @without. */
static void
assert_not_saved (Guest *guest, VzConfig *without, const char *pattern)
{
  g_autofree char *path = guest_dup_save_path (guest);
  g_autoptr (VzVirtualMachine) other = NULL;
  g_autoptr (GError) error = NULL;

  guest_make_again (guest);
  guest_start (guest);
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  g_assert_no_error (error);
  other = vz_virtual_machine_attach (VZ_VIRTUAL_MACHINE_CONFIGURATION (without), &error);
  g_assert_no_error (error);
  g_assert_false (vz_virtual_machine_save_machine_state_to_file (other, path, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_SAVE);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
  g_assert_cmpint (vz_virtual_machine_get_state (other), ==, VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* A folder that only this run has, unknown to whoever saves it. */
static void
test_shared_folder (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzConfig) without = NULL;
  g_autoptr (VzVirtioFileSystemDeviceConfiguration)
    device = vz_virtio_file_system_device_configuration_new ("docs");
  g_autoptr (VzSharedDirectory) directory = NULL;
  g_autoptr (VzSingleDirectoryShare) share = NULL;
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  if (guest == NULL)
    return;
  without = vz_config_copy (VZ_CONFIG (guest->configuration));
  directory = vz_shared_directory_new (guest->root, TRUE);
  share = vz_single_directory_share_new (directory);
  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_directory_sharing_devices (guest->configuration, devices);
  assert_not_saved (guest, without, "*directory-sharing-devices[0]*'docs'*");
}

/* A state that includes a command's ports could not be restored. */
static void
test_command_runs (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  const char *token = "0123456789abcdef";
  g_autofree char *path = NULL, *directory = NULL;
  g_autoptr (GError) error = NULL, refused = NULL;
  int sockets[VZ_N_EXEC_PORTS] = { -1, -1, -1, -1 };
  VzEngine *engine;
  int lock;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  guest_start_and_wait (guest);
  engine = vz_machine_core_get_engine (guest->machine->core);
  directory = vz_virtual_machine_dup_runtime_dir (guest->machine, &error);
  g_assert_no_error (error);
  lock = vz_exec_ports_lock (directory, token, &error);
  g_assert_no_error (error);
  vz_exec_ports_plug_in (engine, vz_virtual_machine_get_guest_agent (guest->machine), directory,
                         token, TRUE, sockets, NULL, &error);
  g_assert_no_error (error);
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (vz_virtual_machine_save_machine_state_to_file (guest->machine, path, NULL, NULL,
                                                                 &refused));
  g_assert_error (refused, VZ_ERROR, VZ_ERROR_BUSY);
  g_assert_nonnull (strstr (refused->message, "a command is running in the guest"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&refused);
  /* Killed: nobody has the lock, and its sockets are closed. */
  for (guint i = 0; i < VZ_N_EXEC_PORTS; i++)
    close (sockets[i]);
  close (lock);
  guest_save (guest, path);
  guest_make_again (guest);
  vz_virtual_machine_start_or_restore (guest->machine, path, NULL, &refused, NULL, &error);
  g_assert_no_error (error);
  g_assert_no_error (refused);
  guest_connect (guest);
  guest_ask_report (guest);
  vz_virtual_machine_stop (guest->machine, NULL, &error);
  g_assert_no_error (error);
}

/* The clipboard, too, is shared in this run only. */
static void
test_shared_clipboard (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzConfig) without = NULL;

  if (guest == NULL)
    return;
  without = vz_config_copy (VZ_CONFIG (guest->configuration));
  guest_share_clipboard (guest);
  assert_not_saved (guest, without, "*its clipboard is shared*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/save/goes-on", test_goes_on);
  g_test_add_func ("/save/clock-after-pause", test_clock_after_pause);
  g_test_add_func ("/save/twice", test_twice);
  g_test_add_func ("/save/refused", test_refused);
  g_test_add_func ("/save/in-use", test_in_use);
  g_test_add_func ("/save/configuration-by-meaning", test_configuration_by_meaning);
  g_test_add_func ("/save/shared-folder", test_shared_folder);
  g_test_add_func ("/save/command-runs", test_command_runs);
  g_test_add_func ("/save/shared-clipboard", test_shared_clipboard);
  g_test_add_func ("/save/cancelled-and-nowhere", test_cancelled_and_nowhere);
  return g_test_run ();
}
