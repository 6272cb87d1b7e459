/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qemu/engine/vz-engine.h"

/* Faults that affect a running machine: state, signal, message, and that the guest is well
 * afterwards. */

typedef struct {
  guint paused;
  guint failed;
  GError *error;
} Heard;

static void
on_error (VzVirtualMachine *machine, const GError *error, Heard *heard)
{
  g_clear_error (&heard->error);
  heard->error = g_error_copy (error);
}

static void
on_paused (VzVirtualMachine *machine, const GError *error, Heard *heard)
{
  heard->paused++;
  on_error (machine, error, heard);
}

static void
on_failed (VzVirtualMachine *machine, const GError *error, Heard *heard)
{
  heard->failed++;
  on_error (machine, error, heard);
}

static void
listen_to (Guest *guest, Heard *heard)
{
  memset (heard, 0, sizeof *heard);
  guest->machine = vz_virtual_machine_new (guest->configuration);
  g_signal_connect (guest->machine, "did-pause-with-error", G_CALLBACK (on_paused), heard);
  g_signal_connect (guest->machine, "did-stop-with-error", G_CALLBACK (on_failed), heard);
}

static void
wait_until (const guint *counter)
{
  for (guint i = 0; *counter == 0 && i < 12000; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (10 * 1000);
    }
  g_assert_cmpuint (*counter, ==, 1);
}

static void
run_program (const char *const *argv)
{
  g_autofree char *output = NULL, *errors = NULL;
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                               &errors, &status, NULL));
  if (status != 0)
    g_error ("%s failed with %d: %s%s", argv[0], status, errors, output);
}

/* QEMU dies during a call: the answer is how it died, not that a socket was closed. */
static void
test_dies_in_a_call (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;
  Heard heard;
  int pid;

  if (guest == NULL)
    return;
  listen_to (guest, &heard);
  guest_start (guest);
  pid = guest_pid (guest);
  kill (pid, SIGSTOP); /* so that the call is in progress when it dies */
  if (fork () == 0)
    {
      sleep (1);
      kill (pid, SIGKILL);
      _exit (0);
    }
  g_assert_false (vz_virtual_machine_pause (guest->machine, NULL, &error));
  wait (NULL);
  g_assert_nonnull (strstr (error->message, "signal 9"));
  g_assert_nonnull (strstr (error->message, "qemu.log"));
  wait_until (&heard.failed);
  g_assert_nonnull (strstr (heard.error->message, "signal 9"));
  g_clear_error (&heard.error);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_ERROR);
}

/* QEMU hangs: the call says so and names the process; when it recovers, all is well. */
static void
test_hangs (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL, attaching = NULL;
  g_autofree char *process = NULL;
  int pid;

  if (guest == NULL)
    return;
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  pid = guest_pid (guest);
  process = g_strdup_printf ("process %d", pid);
  kill (pid, SIGSTOP);
  g_assert_null (vz_virtual_machine_attach (guest->configuration, &attaching));
  g_assert_error (attaching, VZ_ERROR, VZ_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (attaching->message, process));
  g_assert_false (vz_virtual_machine_pause (guest->machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, process));
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_RUNNING);
  kill (pid, SIGCONT);
  /* The command was on its way all the time, and is now obeyed. */
  for (guint i = 0; !vz_virtual_machine_get_can_resume (guest->machine) && i < 3000; i++)
    g_usleep (10 * 1000);
  g_clear_error (&error);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_say (guest, "echo and here, I am");
  g_free (guest_expect (guest, "and here,"));
}

/* A machine that hangs can still be stopped. */
static void
test_hangs_and_is_stopped (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  guest_start (guest);
  kill (guest_pid (guest), SIGSTOP);
  vz_virtual_machine_stop (guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_STOPPED);
}

static void
test_panic (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  Heard heard;

  if (guest == NULL)
    return;
  listen_to (guest, &heard);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_say (guest, "panic");
  g_free (guest_expect (guest, "Kernel panic"));
  close (guest->console);
  guest->console = -1;
  wait_until (&heard.failed);
  g_assert_nonnull (strstr (heard.error->message, "panicked"));
  g_assert_cmpuint (heard.paused, ==, 0);
  g_clear_error (&heard.error);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_ERROR);
}

/* A file system of a few megabytes at @root/small, nearly full; NULL without the rights. */
static char *
mount_small (Guest *guest)
{
  g_autofree char *path = g_build_filename (guest->root, "small", NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  if (mount ("vz-test", path, "tmpfs", MS_NOSUID | MS_NODEV, "size=24m") == 0)
    return g_steal_pointer (&path);
  g_test_skip ("a small file system cannot be mounted without being root");
  return NULL;
}

static char *
ask_written (Guest *guest)
{
  g_autofree char *answer = NULL;

  g_string_truncate (guest->heard, 0);
  guest_say (guest, "written");
  answer = guest_expect (guest, "written ");
  /* This command's own "ok", not one that the guest was about to print when it was paused; left
   * over, that would be taken for the next command's. */
  g_string_erase (guest->heard, 0, strstr (guest->heard->str, "written ") - guest->heard->str);
  g_free (guest_expect (guest, "ok"));
  return g_steal_pointer (&answer);
}

/* While it is still full, it pauses again and says so. */
static void
resume_too_early (VzVirtualMachine *machine, const char *disk)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_virtual_machine_resume (machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_OUT_OF_DISK_SPACE);
  g_assert_nonnull (strstr (error->message, "paused again"));
  g_assert_nonnull (strstr (error->message, disk));
  for (guint i = 0; !vz_virtual_machine_get_can_resume (machine) && i < 1000; i++)
    g_usleep (10 * 1000);
  g_assert_cmpint (vz_virtual_machine_get_state (machine), ==, VZ_VIRTUAL_MACHINE_STATE_PAUSED);
}

/* What becomes of the file that the guest writes. */
static char *
await_written (Guest *guest)
{
  char *written = ask_written (guest);

  for (guint i = 0; g_str_equal (written, "not yet") && i < 1000; i++)
    {
      g_usleep (50 * 1000);
      g_free (written);
      written = ask_written (guest);
    }
  return written;
}

/* The disk is filled to the host's last block; the guest stops; there is room again; the guest
 * continues, has written everything, and its file system is clean. */
static void
test_disk_full (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzVirtualMachine) other = NULL;
  g_autoptr (GError) error = NULL, reason = NULL;
  g_autofree char *small = NULL, *disk = NULL, *written = NULL, *words = NULL;
  const char *make[] = { "mkfs.ext4", "-q", "-F", NULL, "64M", NULL };
  const char *check[] = { "e2fsck", "-fn", NULL, NULL };
  Heard heard;

  if (guest == NULL || (small = mount_small (guest)) == NULL)
    return;
  disk = guest_add_disk (guest, "small/Disk.img", "disk");
  make[3] = check[2] = disk;
  run_program (make);
  listen_to (guest, &heard);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_say (guest, "mount");
  g_free (guest_expect (guest, "ok"));
  guest_say (guest, "write-file 40");
  wait_until (&heard.paused);
  g_assert_error (heard.error, VZ_ERROR, VZ_ERROR_OUT_OF_DISK_SPACE);
  g_assert_nonnull (strstr (heard.error->message, disk));
  g_clear_error (&heard.error);
  for (guint i = 0; !vz_virtual_machine_get_can_resume (guest->machine) && i < 1000; i++)
    g_usleep (10 * 1000);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  other =
    vz_virtual_machine_attach (guest->configuration, &error); /* and whoever comes later is told */
  g_assert_no_error (error);
  g_assert_cmpint (vz_virtual_machine_get_state (other), ==, VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  reason = vz_virtual_machine_dup_pause_error (other, NULL);
  g_assert_error (reason, VZ_ERROR, VZ_ERROR_OUT_OF_DISK_SPACE);
  g_assert_nonnull (strstr (reason->message, disk));
  words = vz_virtual_machine_dup_pause_reason (other, NULL);
  g_assert_cmpstr (words, ==, reason->message);
  g_clear_object (&other);

  resume_too_early (guest->machine, disk);
  g_assert_cmpint (mount ("vz-test", small, NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, "size=96m"),
                   ==, 0);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  written = await_written (guest);
  g_assert_cmpstr (written, ==, "well");
  g_string_truncate (guest->heard, 0);
  guest_say (guest, "umount");
  g_free (guest_expect (guest, "ok"));
  vz_virtual_machine_stop (guest->machine, NULL, &error);
  g_assert_no_error (error);
  run_program (check);
  g_clear_object (&other);
  umount2 (small, MNT_DETACH);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/dies-in-a-call", test_dies_in_a_call);
  g_test_add_func ("/faults/hangs", test_hangs);
  g_test_add_func ("/faults/hangs-and-is-stopped", test_hangs_and_is_stopped);
  g_test_add_func ("/faults/panic", test_panic);
  g_test_add_func ("/faults/disk-full", test_disk_full);
  return g_test_run ();
}
