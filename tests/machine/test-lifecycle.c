/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include "bundle/vz-machine-lock.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  guint guest_stopped;
  guint failed;
  GError *error;
} Heard;

static void
on_guest_did_stop (VzVirtualMachine *machine, Heard *heard)
{
  heard->guest_stopped++;
}

static void
on_did_stop_with_error (VzVirtualMachine *machine, const GError *error, Heard *heard)
{
  heard->failed++;
  g_clear_error (&heard->error);
  heard->error = g_error_copy (error);
}

static void
listen_to (Guest *guest, Heard *heard)
{
  memset (heard, 0, sizeof *heard);
  guest->machine = vz_virtual_machine_new (guest->configuration);
  g_signal_connect (guest->machine, "guest-did-stop", G_CALLBACK (on_guest_did_stop), heard);
  g_signal_connect (guest->machine, "did-stop-with-error", G_CALLBACK (on_did_stop_with_error),
                    heard);
}

static void
run_notices (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_identity (Guest *guest)
{
  g_autofree char *uuid = vz_machine_identifier_dup_uuid (guest_identifier (guest));
  g_autofree char *seen_uuid = NULL;
  g_autofree char *seen_serial = NULL;
  g_autofree char *seen_mac = NULL;

  guest_say (guest, "uuid");
  seen_uuid = guest_expect (guest, "uuid ");
  g_assert_cmpint (g_ascii_strcasecmp (seen_uuid, uuid), ==, 0);
  guest_say (guest, "serials");
  seen_serial = guest_expect (guest, "vda ");
  g_assert_cmpstr (seen_serial, ==, "A-disk, with=20 byte");
  guest_say (guest, "macs");
  seen_mac = guest_expect (guest, "5e:12:34:56:78");
  g_assert_cmpstr (seen_mac, ==, ":9a");
}

static void
test_identity_and_power_button (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;
  g_autofree char *disk = NULL;
  g_autofree char *ready = NULL;
  g_autoptr (GPtrArray) ports = NULL;
  Heard heard;

  if (guest == NULL)
    return;
  disk = guest_add_disk (guest, "a,b=c.img", "A-disk, with=20 byte");
  guest_add_network (guest, "5e:12:34:56:78:9a", "0:22");
  listen_to (guest, &heard);
  guest_start (guest);
  ready = guest_expect (guest, "READY");
  assert_identity (guest);

  ports = vz_virtual_machine_dup_published_ports (guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ports->len, ==, 1);
  g_assert_cmpuint (vz_published_port_get_host_port (ports->pdata[0]), >, 0);

  vz_virtual_machine_request_stop (guest->machine, &error);
  g_assert_no_error (error);
  vz_virtual_machine_wait_stopped (guest->machine, NULL, &error);
  g_assert_no_error (error);
  run_notices ();
  g_assert_cmpuint (heard.guest_stopped, ==, 1);
  g_assert_cmpuint (heard.failed, ==, 0);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_STOPPED);
}

static void
assert_refused_while_stopped (VzVirtualMachine *machine)
{
  g_autoptr (GError) stop = NULL;
  g_autoptr (GError) request = NULL;
  g_autoptr (GError) picture = NULL;

  g_assert_true (vz_virtual_machine_get_can_start (machine));
  g_assert_false (vz_virtual_machine_get_can_stop (machine));
  g_assert_false (vz_virtual_machine_stop (machine, NULL, &stop));
  g_assert_error (stop, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION);
  g_assert_false (vz_virtual_machine_request_stop (machine, &request));
  g_assert_error (request, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
  g_assert_false (vz_virtual_machine_screenshot (machine, "x.png", NULL, &picture));
  g_assert_error (picture, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
}

static void
test_stop_and_start_again (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) twice = NULL;
  Heard heard;

  if (guest == NULL)
    return;
  listen_to (guest, &heard);
  assert_refused_while_stopped (guest->machine);
  for (guint i = 0; i < 2; i++)
    {
      guest_start (guest);
      g_assert_true (vz_virtual_machine_get_can_stop (guest->machine));
      g_clear_error (&twice);
      g_assert_false (vz_virtual_machine_start (guest->machine, NULL, &twice));
      g_assert_error (twice, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION);
      vz_virtual_machine_stop (guest->machine, NULL, &error);
      g_assert_no_error (error);
      g_assert_false (vz_machine_lock_is_held (guest_identifier (guest), NULL, NULL));
    }
  assert_refused_while_stopped (guest->machine);
  run_notices ();
  g_assert_cmpuint (heard.guest_stopped + heard.failed, ==, 0);
}

static void
test_killed_from_outside (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;
  Heard heard;

  if (guest == NULL)
    return;
  listen_to (guest, &heard);
  guest_start (guest);
  kill (guest_pid (guest), SIGKILL);
  g_assert_false (vz_virtual_machine_wait_stopped (guest->machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INTERNAL);
  g_assert_nonnull (strstr (error->message, "signal 9"));
  g_assert_nonnull (strstr (error->message, "qemu.log"));
  run_notices ();
  g_assert_cmpuint (heard.failed, ==, 1);
  g_assert_error (heard.error, VZ_ERROR, VZ_ERROR_INTERNAL);
  g_clear_error (&heard.error);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_ERROR);
  g_assert_true (vz_virtual_machine_get_can_start (guest->machine));
  guest_start (guest);
}

/* A guest that has been started and given @line; NULL: the test is skipped. */
static Guest *
guest_told (const char *line)
{
  Guest *guest = guest_new ("x86_64");

  if (guest == NULL)
    return NULL;
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_say (guest, line);
  return guest;
}

static void
test_guest_powers_off (void)
{
  g_autoptr (Guest) guest = guest_told ("poweroff");
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  vz_virtual_machine_wait_stopped (guest->machine, NULL, &error);
  g_assert_no_error (error);
}

static void
test_guest_panics (void)
{
  g_autoptr (Guest) guest = guest_told ("panic");
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  g_free (guest_expect (guest, "Kernel panic"));
  /* A client that does not read makes the guest wait at its serial port; a missing one does not. */
  close (guest->console);
  guest->console = -1;
  g_assert_false (vz_virtual_machine_wait_stopped (guest->machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INTERNAL);
  g_assert_nonnull (strstr (error->message, "panicked"));
}

static void
test_attach (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzVirtualMachine) other = NULL;
  g_autoptr (GError) error = NULL;
  Heard heard;

  if (guest == NULL)
    return;
  g_assert_null (vz_virtual_machine_attach (guest->configuration, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_clear_error (&error);
  listen_to (guest, &heard);
  guest_start (guest);
  other = vz_virtual_machine_attach (guest->configuration, &error);
  g_assert_no_error (error);
  g_assert_cmpint (vz_virtual_machine_get_state (other), ==, VZ_VIRTUAL_MACHINE_STATE_RUNNING);
  vz_virtual_machine_stop (other, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (vz_machine_lock_is_held (guest_identifier (guest), NULL, NULL));
  vz_virtual_machine_wait_stopped (guest->machine, NULL, &error);
  g_assert_no_error (error);
  run_notices ();
  g_assert_cmpuint (heard.guest_stopped, ==, 1);
}

#define WATCHERS 14 /* more than there are monitors */

static void
wait_for_state (VzVirtualMachine *machine, VzVirtualMachineState state)
{
  for (guint i = 0; vz_virtual_machine_get_state (machine) != state && i < 1000; i++)
    g_usleep (10 * 1000);
  g_assert_cmpint (vz_virtual_machine_get_state (machine), ==, state);
}

/* Those with a monitor and those without see what one of them does. */
static void
test_many_watch (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  VzVirtualMachine *watchers[WATCHERS] = { NULL };
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  guest_start (guest);
  for (guint i = 0; i < WATCHERS; i++)
    {
      watchers[i] = vz_virtual_machine_attach (guest->configuration, &error);
      g_assert_no_error (error);
    }

  vz_virtual_machine_pause (watchers[WATCHERS - 1], NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < WATCHERS; i++)
    wait_for_state (watchers[i], VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  wait_for_state (guest->machine, VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  g_clear_object (&watchers[0]);
  watchers[0] = vz_virtual_machine_attach (guest->configuration, &error);
  g_assert_no_error (error);
  g_assert_cmpint (vz_virtual_machine_get_state (watchers[0]), ==, VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < WATCHERS; i++)
    wait_for_state (watchers[i], VZ_VIRTUAL_MACHINE_STATE_RUNNING);
  vz_virtual_machine_stop (watchers[WATCHERS - 2], NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < WATCHERS; i++)
    {
      wait_for_state (watchers[i], VZ_VIRTUAL_MACHINE_STATE_STOPPED);
      g_object_unref (watchers[i]);
    }
}

static void
test_outlives_its_object (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  guest->machine = vz_virtual_machine_new (guest->configuration);
  vz_virtual_machine_set_kill_on_exit (guest->machine, FALSE);
  guest_start (guest);
  g_clear_object (&guest->machine);
  guest->machine = vz_virtual_machine_attach (guest->configuration, &error);
  g_assert_no_error (error);
  vz_virtual_machine_stop (guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (vz_machine_lock_is_held (guest_identifier (guest), NULL, NULL));

  g_clear_object (&guest->machine);
  guest_start (guest);
  g_clear_object (&guest->machine); /* kill-on-exit is the default */
  g_assert_false (vz_machine_lock_is_held (guest_identifier (guest), NULL, NULL));
}

static void
test_aarch64 (void)
{
  g_autoptr (Guest) guest = guest_new ("aarch64");
  g_autoptr (GError) error = NULL;
  g_autofree char *ready = NULL;
  g_autofree char *said = NULL;

  if (guest == NULL)
    return;
  guest_start (guest);
  ready = guest_expect (guest, "READY");
  guest_say (guest, "echo hello, arm");
  said = guest_expect (guest, "hello, ");
  g_assert_cmpstr (said, ==, "arm");
  guest_say (guest, "poweroff");
  vz_virtual_machine_wait_stopped (guest->machine, NULL, &error);
  g_assert_no_error (error);
}

/* This program again, as the owner of a machine: prints QEMU's process ID and waits to be
 * killed. */
static int
own_a_machine (void)
{
  Guest *guest = guest_new ("x86_64");

  if (guest == NULL)
    return 77;
  guest_start (guest);
  g_print ("%d %s\n", guest_pid (guest), guest->root);
  pause ();
  return 0;
}

/* kill -9 of the owner ends the machine: the kernel does it, since nobody else can. */
static void
test_owner_killed (gconstpointer program)
{
  const char *argv[] = { program, "--own", NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  char line[256] = "";
  int output;
  GPid owner;
  int qemu;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &owner, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (read (output, line, sizeof line - 1) <= 0)
    {
      g_test_skip ("no small guest");
      return;
    }
  words = g_strsplit (g_strchomp (line), " ", 2);
  qemu = (int) g_ascii_strtoll (words[0], NULL, 10);
  g_assert_cmpint (kill (qemu, 0), ==, 0);
  kill (owner, SIGKILL);
  waitpid (owner, NULL, 0);
  for (guint i = 0; kill (qemu, 0) == 0 && i < 500; i++)
    g_usleep (10 * 1000);
  g_assert_cmpint (kill (qemu, 0), ==, -1);
  close (output);
  guest_remove (words[1]);
}

int
main (int argc, char *argv[])
{
  if (argc == 2 && g_str_equal (argv[1], "--own"))
    return own_a_machine ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/identity-and-power-button", test_identity_and_power_button);
  g_test_add_func ("/machine/stop-and-start-again", test_stop_and_start_again);
  g_test_add_func ("/machine/killed-from-outside", test_killed_from_outside);
  g_test_add_func ("/machine/guest-powers-off", test_guest_powers_off);
  g_test_add_func ("/machine/guest-panics", test_guest_panics);
  g_test_add_func ("/machine/attach", test_attach);
  g_test_add_func ("/machine/many-watch", test_many_watch);
  g_test_add_func ("/machine/outlives-its-object", test_outlives_its_object);
  g_test_add_data_func ("/machine/owner-killed", argv[0], test_owner_killed);
  g_test_add_func ("/machine/aarch64", test_aarch64);
  return g_test_run ();
}
