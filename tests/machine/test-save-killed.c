/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include "machine/saved-state/vz-save-binding.h"
#include "machine/saved-state/vz-save-file.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* This program again, as another one that saves the machine: CONFIGURATION IDENTIFIER PATH. */
static int
save_as_another_program (char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL, *data = NULL;
  g_autoptr (VzConfig) configuration = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (VzGenericMachineIdentifier) identifier = NULL;
  g_autoptr (VzVirtualMachine) machine = NULL;
  gsize size;

  if (g_file_get_contents (argv[0], &json, NULL, &error) &&
      g_file_get_contents (argv[1], &data, &size, &error))
    {
      configuration = vz_config_from_json (json, &error);
      bytes = g_bytes_new (data, size);
      identifier = vz_generic_machine_identifier_new_from_data (bytes, &error);
    }
  g_assert_no_error (error);
  vz_generic_platform_configuration_set_machine_identifier (
    VZ_GENERIC_PLATFORM_CONFIGURATION (vz_virtual_machine_configuration_get_platform (
      VZ_VIRTUAL_MACHINE_CONFIGURATION (configuration))),
    identifier);
  machine = vz_virtual_machine_attach (VZ_VIRTUAL_MACHINE_CONFIGURATION (configuration), &error);
  g_assert_no_error (error);
  return vz_virtual_machine_save_machine_state_to_file (machine, argv[2], NULL, NULL, &error) ? 0
                                                                                              : 1;
}

typedef struct {
  Guest *guest;
  char *configuration;
  char *identifier;
  char *path;
  const char *program;
} Killing;

static GPid
spawn_saver (Killing *self)
{
  const char *argv[] = { self->program,    "--save",   self->configuration,
                         self->identifier, self->path, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid = 0;

  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
                 NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

/* Nothing, or a state that is complete and fits. */
static gboolean
assert_nothing_or_whole (Killing *self)
{
  g_autoptr (VzSaveReader) reader = NULL;
  g_autoptr (JsonObject) now = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_test (self->path, G_FILE_TEST_EXISTS))
    return FALSE;
  reader = vz_save_reader_new (self->path, &error);
  g_assert_no_error (error);
  vz_save_reader_verify (reader, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  now = vz_save_binding_new (self->guest->configuration, self->guest->configuration, self->path,
                             &error);
  g_assert_no_error (error);
  vz_save_binding_check_machine (vz_save_reader_get_description (reader), now, &error);
  g_assert_no_error (error);
  vz_save_binding_check_files (vz_save_reader_get_description (reader), now, &error);
  g_assert_no_error (error);
  unlink (self->path);
  return TRUE;
}

#define KILLS 30

/* QEMU saves a second time only if the guest has run in between, which a saver normally ensures; a
 * saver killed at that moment leaves a running guest. */
static void
go_on_for_a_moment (Killing *self)
{
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_resume (self->guest->machine, NULL, &error);
  g_assert_no_error (error);
  vz_virtual_machine_pause (self->guest->machine, NULL, &error);
  g_assert_no_error (error);
}

static void
kill_savers (Killing *self)
{
  gint64 whole = G_MAXINT64;
  guint complete = 0;
  int status;

  for (guint i = 0; i < 3; i++)
    {
      gint64 begin;

      go_on_for_a_moment (self);
      begin = g_get_monotonic_time ();
      waitpid (spawn_saver (self), &status, 0);
      g_assert_cmpint (status, ==, 0);
      whole = MIN (whole, g_get_monotonic_time () - begin);
      g_assert_true (assert_nothing_or_whole (self));
    }
  for (guint i = 0; i < KILLS; i++)
    {
      GPid pid;

      go_on_for_a_moment (self);
      pid = spawn_saver (self);
      g_usleep ((gulong) (g_random_double () * (double) whole));
      kill (pid, SIGKILL);
      waitpid (pid, NULL, 0);
      complete += assert_nothing_or_whole (self);
      g_assert_cmpint (vz_virtual_machine_get_state (self->guest->machine), ==,
                       VZ_VIRTUAL_MACHINE_STATE_PAUSED);
    }
  g_test_message ("a save takes %" G_GINT64_FORMAT " ms; %u of %d were faster than the kill",
                  whole / 1000, complete, KILLS);
}

static void
test_killed (gconstpointer program)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  Killing self = { .guest = guest, .program = program };
  g_autofree char *json = NULL, *disk = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *data;
  GuestReport before, after;
  GPid saver;

  if (guest == NULL)
    return;
  disk = guest_add_disk (guest, "Disk.img", "disk");
  self.path = guest_dup_save_path (guest);
  self.configuration = g_build_filename (guest->root, "configuration", NULL);
  self.identifier = g_build_filename (guest->root, "identifier", NULL);
  json = vz_config_to_json (VZ_CONFIG (guest->configuration), NULL);
  data = vz_machine_identifier_get_data_representation (guest_identifier (guest));
  g_assert_true (g_file_set_contents (self.configuration, json, -1, NULL));
  g_assert_true (g_file_set_contents (self.identifier, g_bytes_get_data (data, NULL),
                                      (gssize) g_bytes_get_size (data), NULL));
  guest_start_and_wait (guest);
  guest_say (guest, "fill 100"); /* so that there is something to write */
  g_free (guest_expect (guest, "ok"));
  before = guest_ask_report (guest);
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  g_assert_no_error (error);
  kill_savers (&self);
  guest_save (guest, self.path);
  guest_make_again (guest);
  vz_virtual_machine_start_or_restore (guest->machine, self.path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  guest_connect (guest);
  after = guest_ask_report (guest);
  g_assert_cmpuint (after.count, >=, before.count);

  vz_virtual_machine_pause (guest->machine, NULL, &error); /* and with QEMU killed instead */
  g_assert_no_error (error);
  saver = spawn_saver (&self);
  g_usleep (300 * 1000);
  kill (guest_pid (guest), SIGKILL);
  waitpid (saver, NULL, 0);
  assert_nothing_or_whole (&self);
  g_free (self.path);
  g_free (self.configuration);
  g_free (self.identifier);
}

int
main (int argc, char *argv[])
{
  if (argc == 5 && g_str_equal (argv[1], "--save"))
    return save_as_another_program (argv + 2);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/save-killed/savers", argv[0], test_killed);
  return g_test_run ();
}
