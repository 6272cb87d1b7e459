/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Saves and restores a guest, in turns as vz does it and by QEMU's plain migration to a file, and
 * prints what both take. Run by benchmarks/save.
 *
 * Usage: vz-save-bench MEMORY-MB FILLED-MB ROUNDS   the small guest
 *        vz-save-bench BUNDLE ROUNDS                the machine in BUNDLE, which has a saved state
 */

#include "../tests/machine/guest-fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "qemu/engine/vz-engine.h"

typedef struct {
  double save; /* seconds, durable */
  double restore; /* until the guest stands ready to go on */
  double size; /* bytes */
} Result;

static double
seconds (void)
{
  return (double) g_get_monotonic_time () / G_USEC_PER_SEC;
}

static double
size_of (const char *path)
{
  struct stat st;

  return stat (path, &st) == 0 ? (double) st.st_size : 0;
}

static void
need (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

/* From a machine that is paused to one that is paused. */
static Result
by_vz (VzVirtualMachine *machine, const char *path)
{
  GError *error = NULL;
  Result result;
  double begin = seconds ();

  vz_virtual_machine_save_machine_state_to_file (machine, path, NULL, NULL, &error);
  need (error);
  result.save = seconds () - begin;
  result.size = size_of (path);
  vz_virtual_machine_stop (machine, NULL, &error);
  need (error);
  begin = seconds ();
  vz_virtual_machine_restore_machine_state_from_file (machine, path, NULL, NULL, &error);
  need (error);
  result.restore = seconds () - begin;
  return result;
}

static Result
by_qemu (VzVirtualMachine *machine, const char *path)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_get_configuration (machine);
  VzEngineOptions options = { .kill_on_exit = TRUE, .incoming = TRUE };
  VzEngine *engine;
  GError *error = NULL;
  Result result;
  double begin;
  int fd;

  engine = vz_engine_attach (configuration, NULL, &error);
  need (error);
  begin = seconds ();
  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  vz_engine_send_state (engine, fd, NULL, &error);
  need (error);
  vz_engine_wait_state (engine, NULL, &error);
  need (error);
  fsync (fd);
  result.save = seconds () - begin;
  close (fd);
  vz_engine_release (engine);
  result.size = size_of (path);
  vz_virtual_machine_stop (machine, NULL, &error);
  need (error);
  begin = seconds ();
  engine = vz_engine_start (configuration, &options, NULL, &error);
  need (error);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  vz_engine_receive_state (engine, fd, NULL, &error);
  need (error);
  vz_engine_wait_state (engine, NULL, &error);
  need (error);
  result.restore = seconds () - begin;
  close (fd);
  vz_engine_quit (engine);
  vz_engine_release (engine);
  return result;
}

/* In turns, beginning and ending with a machine that is paused. */
static void
measure (VzVirtualMachine *machine, const char *folder, guint rounds)
{
  g_autofree char *ours = g_build_filename (folder, "ours", NULL);
  g_autofree char *plain = g_build_filename (folder, "plain", NULL);
  GError *error = NULL;

  for (guint i = 0; i < rounds; i++)
    {
      Result vz = by_vz (machine, ours);
      Result qemu = by_qemu (machine, plain);

      printf ("vz %.3f %.3f %.0f\nqemu %.3f %.3f %.0f\n", vz.save, vz.restore, vz.size, qemu.save,
              qemu.restore, qemu.size);
      fflush (stdout);
      vz_virtual_machine_restore_machine_state_from_file (machine, ours, NULL, NULL, &error);
      need (error);
    }
}

static void
measure_small_guest (const char *megabytes, const char *filled, guint rounds)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *fill = g_strdup_printf ("fill %s", filled);
  GError *error = NULL;

  if (guest == NULL)
    g_error ("the small guest could not be made");
  vz_virtual_machine_configuration_set_memory_size (guest->configuration,
                                                    g_ascii_strtoull (megabytes, NULL, 10) << 20);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_say (guest, fill);
  g_free (guest_expect (guest, "ok"));
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  need (error);
  measure (guest->machine, guest->root, rounds);
}

static void
measure_bundle (const char *path, guint rounds)
{
  GError *error = NULL;
  g_autoptr (VzBundle) bundle = vz_bundle_open (path, &error);
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autofree char *state = NULL;

  need (error);
  configuration = vz_bundle_load_configuration (bundle, &error);
  need (error);
  machine = vz_virtual_machine_new (configuration);
  state = vz_bundle_dup_save_file_path (bundle);
  vz_virtual_machine_restore_machine_state_from_file (machine, state, NULL, NULL, &error);
  need (error);
  measure (machine, path, rounds);
  vz_virtual_machine_stop (machine, NULL, &error);
  need (error);
}

int
main (int argc, char *argv[])
{
  if (argc != 3 && argc != 4)
    return 2;
  if (argc == 4)
    measure_small_guest (argv[1], argv[2], (guint) g_ascii_strtoull (argv[3], NULL, 10));
  else
    measure_bundle (argv[1], (guint) g_ascii_strtoull (argv[2], NULL, 10));
  return 0;
}
