/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Saves and restores a guest, in turns as vz does it and by QEMU's plain migration to a file, and
 * prints what both take. Run by benchmarks/save.
 *
 * Usage: vz-save-bench MEMORY-MB FILLED-MB ROUNDS */

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
by_vz (Guest *guest, const char *path)
{
  GError *error = NULL;
  Result result;
  double begin = seconds ();

  vz_virtual_machine_save_machine_state_to_file (guest->machine, path, NULL, NULL, &error);
  need (error);
  result.save = seconds () - begin;
  result.size = size_of (path);
  vz_virtual_machine_stop (guest->machine, NULL, &error);
  need (error);
  begin = seconds ();
  vz_virtual_machine_restore_machine_state_from_file (guest->machine, path, NULL, NULL, &error);
  need (error);
  result.restore = seconds () - begin;
  return result;
}

static Result
by_qemu (Guest *guest, const char *path)
{
  VzEngineOptions options = { .kill_on_exit = TRUE, .incoming = TRUE };
  VzEngine *engine;
  GError *error = NULL;
  Result result;
  double begin;
  int fd;

  engine = vz_engine_attach (guest->configuration, NULL, &error);
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
  vz_virtual_machine_stop (guest->machine, NULL, &error);
  need (error);
  begin = seconds ();
  engine = vz_engine_start (guest->configuration, &options, NULL, &error);
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

int
main (int argc, char *argv[])
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *ours = NULL, *plain = NULL, *fill = NULL;
  GError *error = NULL;
  guint rounds;

  if (guest == NULL || argc != 4)
    return 2;
  ours = g_build_filename (guest->root, "ours", NULL);
  plain = g_build_filename (guest->root, "plain", NULL);
  fill = g_strdup_printf ("fill %s", argv[2]);
  rounds = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  vz_virtual_machine_configuration_set_memory_size (guest->configuration,
                                                    g_ascii_strtoull (argv[1], NULL, 10) << 20);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_say (guest, fill);
  g_free (guest_expect (guest, "ok"));
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  need (error);
  for (guint i = 0; i < rounds; i++)
    {
      Result vz = by_vz (guest, ours);
      Result qemu = by_qemu (guest, plain);

      printf ("vz %.3f %.3f %.0f\nqemu %.3f %.3f %.0f\n", vz.save, vz.restore, vz.size, qemu.save,
              qemu.restore, qemu.size);
      fflush (stdout);
      vz_virtual_machine_restore_machine_state_from_file (guest->machine, ours, NULL, NULL, &error);
      need (error);
    }
  return 0;
}
