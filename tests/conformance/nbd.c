/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include "guest-fixture.h"
#include "nbd-server.h"

#include <string.h>

/* VZNetworkBlockDeviceStorageDeviceAttachment and its delegate: a disk on a server. */

/* What the delegate was told. */
typedef struct {
  guint connected;
  GError *error; /* the last one */
  guint errors;
} Told;

static void
told_clear (Told *told)
{
  g_clear_error (&told->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static void
on_connected (VzNetworkBlockDeviceStorageDeviceAttachment *attachment, Told *told)
{
  told->connected++;
}

static void
on_error (VzNetworkBlockDeviceStorageDeviceAttachment *attachment, const GError *error, Told *told)
{
  told->errors++;
  g_clear_error (&told->error);
  told->error = g_error_copy (error);
}

/* A guest whose only disk is on a server that does not run yet, and its delegate. */
typedef struct {
  Guest *guest;
  Server *server;
  char *url;
  VzNetworkBlockDeviceStorageDeviceAttachment *attachment;
  Told told;
} Case;

static void
case_free (Case *self)
{
  g_clear_pointer (&self->guest, guest_free);
  g_clear_pointer (&self->server, server_free);
  g_clear_object (&self->attachment);
  told_clear (&self->told);
  g_free (self->url);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Case, case_free)

static void
add_disk (Case *self)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  self->attachment = vz_network_block_device_storage_device_attachment_new (self->url);
  g_signal_connect (self->attachment, "connected", G_CALLBACK (on_connected), &self->told);
  g_signal_connect (self->attachment, "encountered-error", G_CALLBACK (on_error), &self->told);
  g_ptr_array_add (devices, vz_virtio_block_device_configuration_new (
                              VZ_STORAGE_DEVICE_ATTACHMENT (self->attachment)));
  vz_virtual_machine_configuration_set_storage_devices (self->guest->configuration, devices);
}

/* NULL, with the test skipped, if the guest or the server's program is missing. */
static Case *
case_new (const char *program)
{
  g_autoptr (Case) self = g_new0 (Case, 1);

  self->guest = guest_new ("x86_64");
  self->server = self->guest != NULL ? server_new (self->guest->root, program) : NULL;
  if (self->server == NULL)
    return NULL;
  self->url = server_dup_url (self->server);
  add_disk (self);
  return g_steal_pointer (&self);
}

/* The machine has a copy of what it was created from. */
static VzNetworkBlockDeviceStorageDeviceAttachment *
disk_of (VzVirtualMachine *machine)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (
    vz_virtual_machine_get_configuration (machine));

  return VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (
    vz_storage_device_configuration_get_attachment (devices->pdata[0]));
}

static void
start (Guest *guest)
{
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
}

static void
write_and_check (Guest *guest, Server *server, const char *text)
{
  g_autofree char *line = g_strdup_printf ("use-disk vda %s", text);
  g_autofree char *found = NULL;

  guest_command (guest, line);
  found = guest_dup_image_text (server->image);
  g_assert_cmpstr (found, ==, text);
}

static void
test_url (void)
{
  const struct {
    const char *url;
    const char *reason; /* NULL: valid */
  } rows[] = {
    { "nbd://localhost:10809/myDisk", NULL },
    { "nbd://localhost", NULL },
    { "nbd://[::1]:1/a%20disk/part", NULL },
    { "nbds://example.org/disk?tls-hostname=other.example.org", NULL },
    { "nbds://example.org?tls-certificates=/etc/pki/nbd", NULL },
    { "nbd+unix:///disk?socket=/run/nbd.sock", NULL },
    { "nbds+unix:///?socket=/run/nbd%20one.sock&tls-hostname=example.org", NULL },
    { "", "found, must be such as nbd://" },
    { "localhost", "found, must be such as nbd://" },
    { "http://localhost/disk", "its scheme is 'http'" },
    { "nbd+vsock:///disk", "its scheme is 'nbd+vsock'" },
    { "nbd:///disk", "it has no host" },
    { "nbd://localhost:0/disk", "its port is 0" },
    { "nbd://localhost:65536/disk", "out of range" },
    { "nbd://me@localhost/disk", "it has a user or a fragment" },
    { "nbd://localhost/disk#part", "it has a user or a fragment" },
    { "nbd://localhost/disk?socket=/run/nbd.sock", "only for nbd+unix" },
    { "nbd://localhost/disk?tls-hostname=a", "its parameter 'tls-hostname' must be" },
    { "nbd://localhost/disk?no=1", "its parameter 'no' must be" },
    { "nbd+unix:///disk", "must be the absolute path of a socket" },
    { "nbd+unix:///disk?socket=nbd.sock", "must be the absolute path of a socket" },
    { "nbd+unix:///disk?socket=/a&socket=/b", "its parameter 'socket' must be" },
    { "nbd+unix://localhost/disk?socket=/a", "three slashes" },
    { "nbds://localhost/?tls-certificates=here", "must be the absolute path of a folder" },
    { "nbd://localhost/a%0ab", "the export's name must be" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean good =
        vz_network_block_device_storage_device_attachment_validate_url (rows[i].url, &error);

      g_test_message ("%s: %s", rows[i].url, error != NULL ? error->message : "good");
      if (rows[i].reason == NULL)
        g_assert_no_error (error);
      else
        {
          g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
          g_assert_nonnull (strstr (error->message, rows[i].reason));
        }
      g_assert_cmpint (good, ==, rows[i].reason == NULL);
    }
}

static void
test_values (void)
{
  g_autoptr (VzNetworkBlockDeviceStorageDeviceAttachment)
    plain = vz_network_block_device_storage_device_attachment_new ("nbd://localhost/disk");
  g_autoptr (VzNetworkBlockDeviceStorageDeviceAttachment) full =
    vz_network_block_device_storage_device_attachment_new_full ("nbd://localhost/disk", 5, TRUE,
                                                                VZ_DISK_SYNCHRONIZATION_MODE_NONE);
  g_autofree char *json = vz_config_to_json (VZ_CONFIG (full), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzConfig) read = vz_config_from_json (json, &error);

  g_assert_no_error (error);
  g_assert_true (vz_config_equal (read, VZ_CONFIG (full)));
  g_assert_false (vz_network_block_device_storage_device_attachment_get_forced_read_only (plain));
  g_assert_cmpint (
    vz_network_block_device_storage_device_attachment_get_synchronization_mode (plain), ==,
    VZ_DISK_SYNCHRONIZATION_MODE_FULL);
  g_assert_cmpint (VZ_DISK_SYNCHRONIZATION_MODE_FULL, ==, 0);
  g_assert_cmpint (VZ_DISK_SYNCHRONIZATION_MODE_NONE, ==, 1);
  g_assert_true (vz_config_validate (VZ_CONFIG (full), NULL));
  vz_network_block_device_storage_device_attachment_set_timeout (full, 0);
  vz_network_block_device_storage_device_attachment_set_url (full, "nbd:///disk");
  g_assert_false (vz_config_validate (VZ_CONFIG (full), &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_nonnull (strstr (error->message, "url: 'nbd:///disk' found, must be such as nbd://"));
  g_assert_nonnull (strstr (error->message, "timeout: '0' found"));
}

/* The server is killed and comes back: the guest waits and notices nothing. */
static void
test_guest_back (void)
{
  g_autoptr (Case) self = case_new ("nbdkit");
  g_auto (Told) of_machine = { 0 };

  if (self == NULL)
    return;
  server_start_nbdkit (self->server, NULL);
  guest_make_again (self->guest);
  g_signal_connect (disk_of (self->guest->machine), "connected", G_CALLBACK (on_connected),
                    &of_machine);
  start (self->guest);
  guest_iterate_until (&self->told.connected, 1);
  g_assert_cmpuint (of_machine.connected, ==, 1);
  write_and_check (self->guest, self->server, "first");
  server_kill (self->server);
  server_start_nbdkit (self->server, NULL);
  write_and_check (self->guest, self->server, "second");
  guest_iterate_until (&self->told.connected, 2);
  /* While a request is waiting. */
  server_kill (self->server);
  g_string_truncate (self->guest->heard, 0);
  guest_say (self->guest, "use-disk vda third");
  g_usleep (2 * G_USEC_PER_SEC);
  g_assert_null (strstr (self->guest->heard->str, "ok"));
  server_start_nbdkit (self->server, NULL);
  g_free (guest_expect (self->guest, "ok"));
  guest_iterate_until (&self->told.connected, 3);
  g_assert_cmpuint (of_machine.connected, ==, 3);
  g_assert_cmpuint (self->told.errors, ==, 0);
}

/* It does not come back in time: the machine pauses, and later continues where it was. */
static void
test_guest_gone (void)
{
  g_autoptr (Case) self = case_new ("nbdkit");
  g_autofree char *found = NULL;
  g_autoptr (GError) reason = NULL, error = NULL;

  if (self == NULL)
    return;
  vz_network_block_device_storage_device_attachment_set_timeout (self->attachment, 1);
  server_start_nbdkit (self->server, NULL);
  start (self->guest);
  write_and_check (self->guest, self->server, "before");
  server_kill (self->server);
  g_string_truncate (self->guest->heard, 0);
  guest_say (self->guest, "use-disk vda after");
  guest_iterate_until (&self->told.errors, 1);
  g_assert_error (self->told.error, VZ_ERROR, VZ_ERROR_NETWORK_BLOCK_DEVICE_DISCONNECTED);
  g_assert_nonnull (strstr (self->told.error->message, self->url));
  while (vz_virtual_machine_get_state (self->guest->machine) != VZ_VIRTUAL_MACHINE_STATE_PAUSED)
    g_main_context_iteration (NULL, TRUE);
  reason = vz_virtual_machine_dup_pause_error (self->guest->machine, NULL);
  g_assert_nonnull (reason);
  g_assert_nonnull (strstr (reason->message, self->url));
  server_start_nbdkit (self->server, NULL);
  vz_virtual_machine_resume (self->guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_free (guest_expect (self->guest, "ok"));
  found = guest_dup_image_text (self->server->image);
  g_assert_cmpstr (found, ==, "after");
  guest_iterate_until (&self->told.connected, 2);
}

/* A server that refuses a request is not a lost one. */
static void
test_guest_refused (void)
{
  g_autoptr (Case) self = case_new ("nbdkit");
  g_autofree char *trigger = NULL;

  if (self == NULL)
    return;
  trigger = g_build_filename (self->guest->root, "fails", NULL);
  server_start_nbdkit (self->server, trigger);
  start (self->guest);
  write_and_check (self->guest, self->server, "before");
  g_assert_true (g_file_set_contents (trigger, "", -1, NULL));
  guest_say (self->guest, "use-disk vda after");
  guest_iterate_until (&self->told.errors, 1);
  g_assert_error (self->told.error, VZ_ERROR, VZ_ERROR_IO);
}

static void
assert_guest_reads_only (Guest *guest)
{
  g_string_truncate (guest->heard, 0);
  guest_say (guest, "use-disk vda no");
  g_free (guest_expect (guest, "error"));
}

static void
test_guest_read_only_server (void)
{
  g_autoptr (Case) self = case_new ("qemu-nbd");

  if (self == NULL)
    return;
  server_start_qemu_nbd (self->server, TRUE);
  start (self->guest);
  assert_guest_reads_only (self->guest);
  guest_iterate_until (&self->told.connected, 1);
}

/* The same server allows others to write. */
static void
test_guest_forced_read_only (void)
{
  g_autoptr (Case) self = case_new ("qemu-nbd");

  if (self == NULL)
    return;
  server_start_qemu_nbd (self->server, FALSE);
  start (self->guest);
  write_and_check (self->guest, self->server, "written");
  g_clear_object (&self->guest->machine);
  vz_network_block_device_storage_device_attachment_set_forced_read_only (self->attachment, TRUE);
  start (self->guest);
  assert_guest_reads_only (self->guest);
}

static void
assert_start_fails (Guest *guest, VzError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  guest_make_again (guest);
  g_assert_false (vz_virtual_machine_start (guest->machine, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, VZ_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_STOPPED);
}

static void
test_guest_no_server (void)
{
  g_autoptr (Case) self = case_new ("nbdkit");

  if (self == NULL)
    return;
  assert_start_fails (self->guest, VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED, self->url);
  server_start_nbdkit (self->server, NULL);
  start (self->guest);
  write_and_check (self->guest, self->server, "there");
}

static void
test_guest_tls (void)
{
  g_autoptr (Case) self = case_new ("nbdkit");
  g_autofree char *good = NULL, *other = NULL, *url = NULL;
  guint port;

  if (self == NULL)
    return;
  good = g_build_filename (self->guest->root, "good", NULL);
  other = g_build_filename (self->guest->root, "other", NULL);
  server_make_certificates (good);
  server_make_certificates (other);
  port = server_start_tls (self->server, good);

  /* This authority is neither among the host's nor in another folder. */
  url = g_strdup_printf ("nbds://localhost:%u/", port);
  vz_network_block_device_storage_device_attachment_set_url (self->attachment, url);
  assert_start_fails (self->guest, VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED, "certificate");
  g_free (url);
  url = g_strdup_printf ("nbds://localhost:%u/?tls-certificates=%s", port, other);
  vz_network_block_device_storage_device_attachment_set_url (self->attachment, url);
  assert_start_fails (self->guest, VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED, "certificate");
  /* It is for another host. */
  g_free (url);
  url = g_strdup_printf ("nbds://127.0.0.1:%u/?tls-certificates=%s", port, good);
  vz_network_block_device_storage_device_attachment_set_url (self->attachment, url);
  assert_start_fails (self->guest, VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED, "127.0.0.1");
  /* The server does not talk without TLS. */
  g_free (url);
  url = g_strdup_printf ("nbd://localhost:%u/", port);
  vz_network_block_device_storage_device_attachment_set_url (self->attachment, url);
  assert_start_fails (self->guest, VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED, "TLS");

  g_free (url);
  url =
    g_strdup_printf ("nbds://127.0.0.1:%u/?tls-certificates=%s&tls-hostname=localhost", port, good);
  vz_network_block_device_storage_device_attachment_set_url (self->attachment, url);
  guest_make_again (self->guest);
  start (self->guest);
  write_and_check (self->guest, self->server, "in secret");
}

/* Operations that depend on the disk's contents, or on who writes to it. */
static void
test_guest_not_possible (void)
{
  g_autoptr (Case) self = case_new ("nbdkit");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  server_start_nbdkit (self->server, NULL);
  start (self->guest);
  g_assert_false (vz_virtual_machine_configuration_validate_save_restore_support (
    self->guest->configuration, &error));
  g_assert_nonnull (strstr (error->message, "must be absent"));
  g_clear_error (&error);
  vz_virtual_machine_pause (self->guest->machine, NULL, &error);
  g_assert_no_error (error);
  path = guest_dup_save_path (self->guest);
  g_assert_false (vz_virtual_machine_save_machine_state_to_file (self->guest->machine, path, NULL,
                                                                 NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_SAVE);
  g_clear_error (&error);
  guest_make_again (self->guest);
  vz_virtual_machine_set_ephemeral (self->guest->machine, TRUE);
  g_assert_false (vz_virtual_machine_start (self->guest->machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  vz_network_block_device_storage_device_attachment_set_forced_read_only (self->attachment, TRUE);
  guest_make_again (self->guest);
  vz_virtual_machine_set_ephemeral (self->guest->machine, TRUE);
  start (self->guest);
  assert_guest_reads_only (self->guest);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nbd/url", test_url);
  g_test_add_func ("/nbd/values", test_values);
  g_test_add_func ("/nbd/guest/back", test_guest_back);
  g_test_add_func ("/nbd/guest/gone", test_guest_gone);
  g_test_add_func ("/nbd/guest/refused", test_guest_refused);
  g_test_add_func ("/nbd/guest/read-only-server", test_guest_read_only_server);
  g_test_add_func ("/nbd/guest/forced-read-only", test_guest_forced_read_only);
  g_test_add_func ("/nbd/guest/no-server", test_guest_no_server);
  g_test_add_func ("/nbd/guest/tls", test_guest_tls);
  g_test_add_func ("/nbd/guest/not-possible", test_guest_not_possible);
  return g_test_run ();
}
