/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include "guest-fixture.h"

/* VZMemoryBalloonDevice, VZVirtioTraditionalMemoryBalloonDevice: a guest's memory is changed while
 * it runs. The target is never refused: it is rounded down to whole MiB, and clamped to the range
 * from the minimum allowed to the configured size. */

#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define LEAST (vz_virtual_machine_configuration_get_minimum_allowed_memory_size ())
#define ANSWER_TIMEOUT (120 * G_TIME_SPAN_SECOND)

static void
add_balloon (VzVirtualMachineConfiguration *configuration)
{
  g_autoptr (GPtrArray) balloons = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (balloons, vz_virtio_traditional_memory_balloon_device_configuration_new ());
  vz_virtual_machine_configuration_set_memory_balloon_devices (configuration, balloons);
}

static VzVirtioTraditionalMemoryBalloonDevice *
balloon_of (VzVirtualMachine *machine)
{
  GPtrArray *balloons = vz_virtual_machine_get_memory_balloon_devices (machine);

  g_assert_cmpuint (balloons->len, ==, 1);
  return VZ_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE (balloons->pdata[0]);
}

static guint64
target_of (VzVirtioTraditionalMemoryBalloonDevice *balloon)
{
  return vz_virtio_traditional_memory_balloon_device_get_target_virtual_machine_memory_size (
    balloon);
}

static void
set_target (VzVirtioTraditionalMemoryBalloonDevice *balloon, guint64 target)
{
  vz_virtio_traditional_memory_balloon_device_set_target_virtual_machine_memory_size (balloon,
                                                                                      target);
}

static VzVirtualMachine *
new_machine (gboolean has_balloon)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();

  vz_virtual_machine_configuration_set_memory_size (configuration, 512 * MIB);
  if (has_balloon)
    add_balloon (configuration);
  return vz_virtual_machine_new (configuration);
}

/* The list has the runtime devices for the configured ones, and is empty rather than absent. */
static void
test_devices (void)
{
  g_autoptr (VzVirtualMachine) without = new_machine (FALSE);
  g_autoptr (VzVirtualMachine) with = new_machine (TRUE);

  g_assert_cmpuint (vz_virtual_machine_get_memory_balloon_devices (without)->len, ==, 0);
  g_assert_true (VZ_IS_MEMORY_BALLOON_DEVICE (balloon_of (with)));
  g_assert_true (balloon_of (with) == balloon_of (with));
}

static void
count_notification (gpointer object, gpointer pspec, gpointer data)
{
  ++*(guint *) data;
}

static void
test_target (void)
{
  g_autoptr (VzVirtualMachine) machine = new_machine (TRUE);
  VzVirtioTraditionalMemoryBalloonDevice *balloon = balloon_of (machine);
  const struct {
    guint64 asked, found;
  } rows[] = {
    { 512 * MIB, 512 * MIB },     { 256 * MIB, 256 * MIB },
    { 256 * MIB + 1, 256 * MIB }, { 257 * MIB - 1, 256 * MIB },
    { 257 * MIB, 257 * MIB },     { 513 * MIB, 512 * MIB },
    { G_MAXUINT64, 512 * MIB },   { LEAST, LEAST },
    { LEAST - 1, LEAST },         { 0, LEAST },
  };
  guint notifications = 0;

  g_assert_cmpuint (target_of (balloon), ==, 512 * MIB);
  g_signal_connect (balloon, "notify::target-virtual-machine-memory-size",
                    G_CALLBACK (count_notification), &notifications);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 found;

      g_object_set (balloon, "target-virtual-machine-memory-size", rows[i].asked, NULL);
      g_object_get (balloon, "target-virtual-machine-memory-size", &found, NULL);
      g_assert_cmpuint (found, ==, rows[i].found);
    }
  g_assert_cmpuint (notifications, ==, 4); /* once per change */
}

/* If a program keeps a device, it outlives its machine, and is then of no use. */
static void
test_machine_gone (void)
{
  VzVirtualMachine *machine = new_machine (TRUE);
  g_autoptr (VzVirtioTraditionalMemoryBalloonDevice) balloon = g_object_ref (balloon_of (machine));
  g_autoptr (GError) error = NULL;

  g_object_unref (machine);
  set_target (balloon, 256 * MIB);
  g_assert_false (vz_virtio_traditional_memory_balloon_device_request_memory_size (balloon,
                                                                                   256 * MIB, NULL,
                                                                                   &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
}

static guint64
query (VzVirtioTraditionalMemoryBalloonDevice *balloon)
{
  g_autoptr (GError) error = NULL;
  guint64 size = 0;

  vz_virtio_traditional_memory_balloon_device_query_memory_size (balloon, &size, NULL, &error);
  g_assert_no_error (error);
  return size;
}

static void
wait_for_guest (VzVirtioTraditionalMemoryBalloonDevice *balloon, guint64 size)
{
  gint64 deadline = g_get_monotonic_time () + ANSWER_TIMEOUT;

  while (query (balloon) != size && g_get_monotonic_time () < deadline)
    g_usleep (20 * 1000);
  g_assert_cmpuint (query (balloon), ==, size);
}

/* In KiB, what the guest's kernel can allocate. */
static guint64
ask_total (Guest *guest)
{
  g_autofree char *total = NULL;

  guest_command (guest, "memory");
  total = guest_expect (guest, "MemTotal:");
  return g_ascii_strtoull (total, NULL, 10);
}

static void
test_guest_follows (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  VzVirtioTraditionalMemoryBalloonDevice *balloon;
  guint64 all;

  if (guest == NULL)
    return;
  add_balloon (guest->configuration);
  guest_start (guest);
  balloon = balloon_of (guest->machine);
  g_free (guest_expect (guest, "READY"));
  g_assert_cmpuint (query (balloon), ==, 256 * MIB);
  all = ask_total (guest);
  set_target (balloon, 160 * MIB + 5);
  g_assert_cmpuint (target_of (balloon), ==, 160 * MIB);
  wait_for_guest (balloon, 160 * MIB);
  g_assert_cmpuint (ask_total (guest), ==, all - 96 * MIB / 1024);
  set_target (balloon, G_MAXUINT64);
  wait_for_guest (balloon, 256 * MIB);
  g_assert_cmpuint (ask_total (guest), ==, all);
}

/* Also what another program attached to the machine requests, and what is set before the start. */
static void
test_guest_before_start (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzVirtualMachine) other = NULL;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  add_balloon (guest->configuration);
  guest->machine = vz_virtual_machine_new (guest->configuration);
  g_assert_false (vz_virtio_traditional_memory_balloon_device_request_memory_size (
    balloon_of (guest->machine), 192 * MIB, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
  g_clear_error (&error);
  set_target (balloon_of (guest->machine), 192 * MIB);
  guest_start (guest);
  wait_for_guest (balloon_of (guest->machine), 192 * MIB);
  other = vz_virtual_machine_attach (guest->configuration, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (target_of (balloon_of (other)), ==, 192 * MIB);
  set_target (balloon_of (other), 0);
  wait_for_guest (balloon_of (other), LEAST);
  wait_for_guest (balloon_of (guest->machine), LEAST);
}

/* Memory that a guest has given up stays so across a save and a restore. */
static void
test_guest_restored (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  add_balloon (guest->configuration);
  guest_start (guest);
  path = guest_dup_save_path (guest);
  g_free (guest_expect (guest, "READY"));
  set_target (balloon_of (guest->machine), 192 * MIB);
  wait_for_guest (balloon_of (guest->machine), 192 * MIB);
  guest_pause_and_save (guest, path);
  guest_make_again (guest);
  g_assert_cmpuint (target_of (balloon_of (guest->machine)), ==, 256 * MIB);
  vz_virtual_machine_restore_machine_state_from_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (target_of (balloon_of (guest->machine)), ==, 192 * MIB);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  set_target (balloon_of (guest->machine), 256 * MIB);
  wait_for_guest (balloon_of (guest->machine), 256 * MIB);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory-balloon/devices", test_devices);
  g_test_add_func ("/memory-balloon/target", test_target);
  g_test_add_func ("/memory-balloon/machine-gone", test_machine_gone);
  g_test_add_func ("/memory-balloon/guest/follows", test_guest_follows);
  g_test_add_func ("/memory-balloon/guest/before-start", test_guest_before_start);
  g_test_add_func ("/memory-balloon/guest/restored", test_guest_restored);
  return g_test_run ();
}
