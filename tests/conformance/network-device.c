/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include "guest-fixture.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* VZNetworkDevice: the attachment of a network device changes while its machine runs, and ends;
 * virtualMachine(_:networkDevice:attachmentWasDisconnectedWithError:). */

#define TYPE "\x88\xb5" /* of frames that the guest sends and hears */
#define HEAD 14
#define WAIT_S 60

/* A socket, one end of which is an attachment; frames come out of the other end. */
typedef struct {
  VzNetworkDeviceAttachment *attachment;
  int fd;
} Cable;

static void
cable_clear (Cable *self)
{
  g_clear_object (&self->attachment);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Cable, cable_clear)

static void
cable_init (Cable *self)
{
  struct timeval limit = { .tv_sec = WAIT_S };
  g_autoptr (VzFileHandle) handle = NULL;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_cmpint (setsockopt (pair[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), ==, 0);
  handle = vz_file_handle_new (pair[0]);
  self->attachment =
    VZ_NETWORK_DEVICE_ATTACHMENT (vz_file_handle_network_device_attachment_new (handle));
  self->fd = pair[1];
}

/* The text of the guest's next frame; others, from its kernel, are skipped. */
static void
assert_hears (Cable *self, const char *text)
{
  char frame[2000];
  gssize n;

  do
    n = recv (self->fd, frame, sizeof frame - 1, 0);
  while (n >= 0 && (n < HEAD || memcmp (frame + 12, TYPE, 2) != 0));
  g_assert_cmpint (n, >, HEAD);
  frame[n] = '\0';
  g_assert_cmpstr (frame + HEAD, ==, text);
}

typedef struct {
  guint disconnected;
  VzNetworkDevice *device;
  GError *error;
  guint changes; /* of the property */
} Told;

static void
told_clear (Told *self)
{
  g_clear_error (&self->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static void
on_disconnected (VzVirtualMachine *machine, VzNetworkDevice *device, const GError *error,
                 Told *told)
{
  told->disconnected++;
  told->device = device;
  g_clear_error (&told->error);
  told->error = g_error_copy (error);
}

static void
on_changed (VzNetworkDevice *device, GParamSpec *spec, Told *told)
{
  told->changes++;
}

static void
add_device (Guest *guest, VzNetworkDeviceAttachment *attachment)
{
  g_autoptr (VzVirtioNetworkDeviceConfiguration)
    device = vz_virtio_network_device_configuration_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  vz_network_device_configuration_set_attachment (VZ_NETWORK_DEVICE_CONFIGURATION (device),
                                                  attachment);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_network_devices (guest->configuration, devices);
}

static VzNetworkDevice *
device_of (VzVirtualMachine *machine)
{
  GPtrArray *devices = vz_virtual_machine_get_network_devices (machine);

  g_assert_cmpuint (devices->len, ==, 1);
  return devices->pdata[0];
}

static gboolean
is_attached_to (VzNetworkDevice *device, GType type)
{
  g_autoptr (VzNetworkDeviceAttachment) attachment = vz_network_device_dup_attachment (device);

  return attachment != NULL && G_TYPE_CHECK_INSTANCE_TYPE (attachment, type);
}

static gboolean
is_attached (VzNetworkDevice *device)
{
  return is_attached_to (device, VZ_TYPE_NETWORK_DEVICE_ATTACHMENT);
}

static void
change (VzNetworkDevice *device, VzNetworkDeviceAttachment *attachment)
{
  g_autoptr (GError) error = NULL;

  vz_network_device_change_attachment (device, attachment, NULL, &error);
  g_assert_no_error (error);
}

static void
start (Guest *guest, Told *told)
{
  guest_make_again (guest);
  g_signal_connect (guest->machine, "network-device-attachment-was-disconnected",
                    G_CALLBACK (on_disconnected), told);
  g_signal_connect (device_of (guest->machine), "notify::attachment", G_CALLBACK (on_changed),
                    told);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
}

/* On NAT at first. */
static VzNetworkDevice *
start_with_cables (Guest *guest, VzNATNetworkDeviceAttachment *nat, Cable *one, Cable *two,
                   Told *told)
{
  cable_init (one);
  cable_init (two);
  add_device (guest, VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  start (guest, told);
  return device_of (guest->machine);
}

/* "1" or "0" */
static void
assert_carrier (Guest *guest, const char *state)
{
  g_autofree char *found = NULL;

  guest_command (guest, "carriers");
  found = guest_expect (guest, "eth0 ");
  g_assert_cmpstr (found, ==, state);
}

static void
test_stopped (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  guest_make_again (guest);
  g_assert_cmpuint (vz_virtual_machine_get_network_devices (guest->machine)->len, ==, 0);
  add_device (guest, VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  guest_make_again (guest);
  g_assert_true (is_attached_to (device_of (guest->machine),
                                 VZ_TYPE_NAT_NETWORK_DEVICE_ATTACHMENT));
  g_assert_false (vz_network_device_change_attachment (device_of (guest->machine), NULL, NULL,
                                                       &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
  g_assert_true (is_attached (device_of (guest->machine)));
}

/* From NAT to a socket, to another one, to nothing, and to a NAT with a published port. */
static void
test_guest_swapped (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (VzVmnetNetworkDeviceAttachment)
    network = vz_vmnet_network_device_attachment_new ("vz-test");
  g_autoptr (GPtrArray) ports = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) published = NULL;
  g_auto (Cable) one = { .fd = -1 }, two = { .fd = -1 };
  g_auto (Told) told = { 0 };
  g_autoptr (GError) error = NULL;
  VzNetworkDevice *device;

  if (guest == NULL)
    return;
  device = start_with_cables (guest, nat, &one, &two, &told);
  change (device, one.attachment);
  guest_command (guest, "send-frame eth0 to the first");
  assert_hears (&one, "to the first");
  assert_carrier (guest, "1");
  vz_network_device_set_attachment (device, two.attachment);
  guest_command (guest, "send-frame eth0 to the second");
  assert_hears (&two, "to the second");
  vz_network_device_set_attachment (device, NULL);
  g_assert_false (is_attached (device));
  assert_carrier (guest, "0");
  change (device, VZ_NETWORK_DEVICE_ATTACHMENT (network));
  assert_carrier (guest, "1");
  g_ptr_array_add (ports, vz_published_port_new_from_string ("0:22", NULL));
  vz_nat_network_device_attachment_set_published_ports (nat, ports);
  change (device, VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  published = vz_virtual_machine_dup_published_ports (guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (published->len, ==, 1);
  g_assert_cmpuint (vz_published_port_get_host_port (published->pdata[0]), >, 0);
  change (device, one.attachment);
  guest_command (guest, "send-frame eth0 once more");
  assert_hears (&one, "once more");
  guest_iterate_until (&told.changes, 6);
  g_assert_cmpuint (told.disconnected, ==, 0);
}

/* The program at the other end goes away: the attachment is nil, the cable is unplugged, and
 * another can be plugged in. The next run starts with the attachment of the configuration. */
static void
test_guest_disconnected (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_auto (Cable) one = { .fd = -1 }, two = { .fd = -1 };
  g_auto (Told) told = { 0 };
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  VzNetworkDevice *device;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  device = start_with_cables (guest, nat, &one, &two, &told);
  change (device, one.attachment);
  guest_command (guest, "send-frame eth0 still there");
  assert_hears (&one, "still there");
  close (one.fd);
  one.fd = -1;
  guest_command (guest, "send-frame eth0 to nobody");
  guest_iterate_until (&told.disconnected, 1);
  g_assert_error (told.error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR);
  g_assert_true (told.device == device);
  g_assert_false (is_attached (device));
  assert_carrier (guest, "0");
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_RUNNING);
  change (device, two.attachment);
  guest_command (guest, "send-frame eth0 to somebody");
  assert_hears (&two, "to somebody");
  vz_virtual_machine_stop (guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_start (guest);
  g_assert_true (is_attached_to (device, VZ_TYPE_NAT_NETWORK_DEVICE_ATTACHMENT));
  g_assert_cmpuint (told.disconnected, ==, 1);
}

/* An impossible change leaves everything as it was, or is reported. */
static void
test_guest_refused (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzVmnetNetworkDeviceAttachment) wrong = vz_vmnet_network_device_attachment_new ("a/b");
  g_auto (Cable) one = { .fd = -1 }, two = { .fd = -1 };
  g_auto (Told) told = { 0 };
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  cable_init (&one);
  cable_init (&two);
  add_device (guest, one.attachment);
  start (guest, &told);
  g_assert_false (vz_network_device_change_attachment (device_of (guest->machine),
                                                       VZ_NETWORK_DEVICE_ATTACHMENT (wrong), NULL,
                                                       &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_clear_error (&error);
  guest_command (guest, "send-frame eth0 as before");
  assert_hears (&one, "as before");
  vz_network_device_set_attachment (device_of (guest->machine),
                                    VZ_NETWORK_DEVICE_ATTACHMENT (wrong));
  guest_iterate_until (&told.disconnected, 1);
  g_assert_error (told.error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);

  guest_make_again (guest);
  vz_virtual_machine_set_keeps_network_attachments (guest->machine, TRUE);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  g_assert_false (vz_network_device_change_attachment (device_of (guest->machine), two.attachment,
                                                       NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  guest_command (guest, "send-frame eth0 still as before");
  assert_hears (&one, "still as before");
}

/* A machine whose network was changed is saved with the configured one. */
static void
test_guest_restored (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (VzVmnetNetworkDeviceAttachment)
    network = vz_vmnet_network_device_attachment_new ("vz-test");
  g_auto (Cable) one = { .fd = -1 };
  g_auto (Told) told = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  cable_init (&one);
  path = guest_dup_save_path (guest);
  add_device (guest, VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  start (guest, &told);
  change (device_of (guest->machine), VZ_NETWORK_DEVICE_ATTACHMENT (network));
  guest_pause_and_save (guest, path);
  guest_make_again (guest);
  vz_virtual_machine_restore_machine_state_from_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (is_attached_to (device_of (guest->machine),
                                 VZ_TYPE_NAT_NETWORK_DEVICE_ATTACHMENT));
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_connect (guest);
  change (device_of (guest->machine), one.attachment);
  guest_command (guest, "send-frame eth0 restored");
  assert_hears (&one, "restored");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-device/stopped", test_stopped);
  g_test_add_func ("/network-device/guest/swapped", test_guest_swapped);
  g_test_add_func ("/network-device/guest/disconnected", test_guest_disconnected);
  g_test_add_func ("/network-device/guest/refused", test_guest_refused);
  g_test_add_func ("/network-device/guest/restored", test_guest_restored);
  return g_test_run ();
}
