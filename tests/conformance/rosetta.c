/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include "guest-fixture.h"

#include <glib/gstdio.h>

/* VZLinuxRosettaDirectoryShare, its availability and installation, and its caching options, which
 * exist and are refused. This host's translator is qemu-user's. */

#define TAG "rosetta"

static void
without_translator (void)
{
  g_setenv ("VZ_TRANSLATOR", "none", TRUE);
}

static VzVirtioFileSystemDeviceConfiguration *
new_device (const char *tag, gpointer share)
{
  VzVirtioFileSystemDeviceConfiguration *device =
    vz_virtio_file_system_device_configuration_new (tag);

  vz_virtio_file_system_device_configuration_set_share (device, share);
  return device;
}

static void
test_available (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzLinuxRosettaDirectoryShare) share = NULL;

  g_assert_cmpint (vz_linux_rosetta_directory_share_get_availability (), ==,
                   VZ_LINUX_ROSETTA_AVAILABILITY_INSTALLED);
  share = vz_linux_rosetta_directory_share_new (&error);
  g_assert_no_error (error);
  g_assert_true (VZ_IS_DIRECTORY_SHARE (share));
  g_assert_null (vz_linux_rosetta_directory_share_get_options (share));
  g_assert_true (vz_linux_rosetta_directory_share_install_rosetta (NULL, &error));
  g_assert_no_error (error);
  g_assert_true (vz_config_validate (VZ_CONFIG (share), &error));
  g_assert_no_error (error);
}

static void
on_installed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **slot = user_data;

  *slot = g_object_ref (result);
}

static void
test_not_installed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  without_translator ();
  g_assert_cmpint (vz_linux_rosetta_directory_share_get_availability (), ==,
                   VZ_LINUX_ROSETTA_AVAILABILITY_NOT_INSTALLED);
  g_assert_null (vz_linux_rosetta_directory_share_new (&error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (vz_linux_rosetta_directory_share_install_rosetta (NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  vz_linux_rosetta_directory_share_install_rosetta_async (NULL, on_installed, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (vz_linux_rosetta_directory_share_install_rosetta_finish (result, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_false (vz_linux_rosetta_directory_share_install_rosetta (cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_unsetenv ("VZ_TRANSLATOR");
}

static void
test_caching_options (void)
{
  g_autoptr (GError) error = NULL;
  guint longest = vz_linux_rosetta_unix_socket_caching_options_get_maximum_path_length ();
  g_autofree char *fits = g_strnfill (longest, '/');
  g_autofree char *too_long = g_strnfill (longest + 1, '/');
  g_autofree char *long_name =
    g_strnfill (vz_linux_rosetta_abstract_socket_caching_options_get_maximum_name_length () + 1,
                'x');
  g_autoptr (VzLinuxRosettaUnixSocketCachingOptions)
    by_default = vz_linux_rosetta_unix_socket_caching_options_new (NULL, &error);
  g_autoptr (VzLinuxRosettaUnixSocketCachingOptions) by_path = NULL;
  g_autoptr (VzLinuxRosettaAbstractSocketCachingOptions) by_name = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (vz_linux_rosetta_unix_socket_caching_options_get_path (by_default), ==,
                   "/run/rosettad/rosetta.sock");
  by_path = vz_linux_rosetta_unix_socket_caching_options_new (fits, &error);
  g_assert_no_error (error);
  g_assert_true (VZ_IS_LINUX_ROSETTA_CACHING_OPTIONS (by_path));
  g_assert_null (vz_linux_rosetta_unix_socket_caching_options_new (too_long, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  by_name = vz_linux_rosetta_abstract_socket_caching_options_new (long_name + 1, &error);
  g_assert_no_error (error);
  g_assert_true (VZ_IS_LINUX_ROSETTA_CACHING_OPTIONS (by_name));
  g_assert_cmpstr (vz_linux_rosetta_abstract_socket_caching_options_get_name (by_name), ==,
                   long_name + 1);
  g_assert_null (vz_linux_rosetta_abstract_socket_caching_options_new (long_name, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (vz_linux_rosetta_abstract_socket_caching_options_new ("", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
}

/* A machine whose host has no translator says so, and can be neither created nor started. */
static void
test_machine_without (void)
{
  g_autoptr (VzLinuxRosettaDirectoryShare) share = vz_linux_rosetta_directory_share_new (NULL);
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (share);
  g_ptr_array_add (devices, new_device (TAG, share));
  vz_virtual_machine_configuration_set_directory_sharing_devices (configuration, devices);
  without_translator ();
  g_assert_false (vz_virtual_machine_configuration_validate (configuration, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_unsetenv ("VZ_TRANSLATOR");
}

/* The line of docs/shared-folders.md that starts with @head. */
static char *
line_of_document (const char *head)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "..", "docs", "shared-folders.md", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (g_strchug (*line), head))
      return g_strdup (*line);
  g_error ("%s: no line begins with '%s'", path, head);
}

/* A guest, the architecture whose programs it cannot run, and what the test has for both. */
typedef struct {
  const char *name;
  const char *guest; /* a kind of tests/guest/make-guest */
  const char *foreign;
  const char *compiler;
  const char *make_translator; /* variable naming the program that makes it; NULL: the host's */
  const char *make_server; /* the same for virtiofsd; NULL: 9P */
} Case;

static const Case cases[] = {
  { "x86_64-9p", "x86_64-sharing", "aarch64", "aarch64-linux-gnu-gcc", NULL, NULL },
  { "x86_64-virtio-fs", "x86_64-sharing", "aarch64", "aarch64-linux-gnu-gcc", NULL,
    "VZ_TEST_MAKE_VIRTIOFSD" },
  { "aarch64", "aarch64-sharing", "x86_64", "x86_64-linux-gnu-gcc", "VZ_TEST_MAKE_TRANSLATOR",
    NULL },
};

/* A program for the other architecture that prints its arguments. */
static void
make_program (const Case *self, const char *folder)
{
  static const char source[] =
    "#include <stdio.h>\n#include <sys/utsname.h>\n"
    "int main (int argc, char **argv) { struct utsname names; uname (&names);\n"
    "  printf (\"translated on %s: %d '%s' '%s'\\n\", names.machine, argc, argv[1], argv[2]);\n"
    "  return 42; }\n";
  g_autofree char *c = g_build_filename (folder, "program.c", NULL);
  g_autofree char *program = g_build_filename (folder, "program", NULL);
  const char *argv[] = { self->compiler, "-static", "-o", program, c, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_file_set_contents (c, source, -1, &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

static void
add_shares (const Case *self, Guest *guest)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (VzConfig) share = g_object_new (VZ_TYPE_LINUX_ROSETTA_DIRECTORY_SHARE, NULL);
  g_autofree char *folder = g_build_filename (guest->root, "programs", NULL);
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (folder, TRUE);
  g_autoptr (VzSingleDirectoryShare) programs = vz_single_directory_share_new (directory);

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  make_program (self, folder);
  g_ptr_array_add (devices, new_device (TAG, share));
  g_ptr_array_add (devices, new_device ("programs", programs));
  vz_virtual_machine_configuration_set_directory_sharing_devices (guest->configuration, devices);
  guest_make_again (guest);
}

/* What the tests/guest program named by @variable puts there, fetched on first use; NULL, with the
 * test skipped, if that is not possible. */
static char *
make (const char *variable, const char *folder, const char *name)
{
  const char *guests = g_getenv ("VZ_TEST_GUEST");
  const char *argv[] = { g_getenv (variable), guests, NULL };
  int status = -1;

  if (guests != NULL && argv[0] != NULL &&
      g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                    &status, NULL) &&
      status == 0)
    return g_build_filename (guests, folder, name, NULL);
  g_test_skip ("a program of tests/guest could not fetch what this needs (network?)");
  return NULL;
}

/* FALSE: skipped. */
static gboolean
choose_programs (const Case *self)
{
  g_autofree char *server =
    self->make_server != NULL ? make (self->make_server, "virtiofsd", "virtiofsd") : NULL;
  g_autofree char *translator = self->make_translator != NULL
                                  ? make (self->make_translator, "translator", "qemu-x86_64")
                                  : NULL;

  if ((self->make_server != NULL && server == NULL) ||
      (self->make_translator != NULL && translator == NULL))
    return FALSE;
  g_setenv ("VZ_VIRTIOFSD", server != NULL ? server : "none", TRUE);
  if (translator != NULL)
    g_setenv ("VZ_TRANSLATOR", translator, TRUE);
  return TRUE;
}

/* As the firmware's tables specify, which a guest without firmware does not have. */
static void
mount_shares (const Case *self, Guest *guest)
{
  static const char *const tags[] = { TAG, "programs" };

  if (g_str_has_prefix (self->guest, "x86_64"))
    {
      guest_command (guest, "share-mount");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      g_autofree char *line =
        g_strdup_printf ("share-mount-line %s /mnt/%s 9p trans=virtio,version=9p2000.L,cache=mmap",
                         tags[i], tags[i]);

      guest_command (guest, line);
    }
}

static char *
ask (Guest *guest, const char *question, const char *word)
{
  guest_command (guest, question);
  return guest_expect (guest, word);
}

/* The guest mounts both folders, finds the translator and nothing else in one of them, cannot write
 * there, registers it as documented, and runs a program that it could not run before. */
static void
test_guest (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (Guest) guest = NULL;
  g_autofree char *head = g_strdup_printf (":%s:M:", self->foreign);
  g_autofree char *line = line_of_document (head);
  g_autofree char *registration = g_strconcat ("register-handler ", line, NULL);
  g_autofree char *answer = g_strconcat (self->foreign, ": 3 'one' 'two words'", NULL);
  g_autofree char *refused = NULL, *said = NULL, *code = NULL, *count = NULL, *all = NULL;

  if (!choose_programs (self) || (guest = guest_new (self->guest)) == NULL)
    return;
  add_shares (self, guest);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  mount_shares (self, guest);
  all = ask (guest, "count-entries /mnt/" TAG " *", "entries ");
  g_assert_cmpstr (all, ==, "1");
  count = ask (guest, "count-entries /mnt/" TAG " rosetta", "entries ");
  g_assert_cmpstr (count, ==, "1");
  guest_say (guest, "share-write /mnt/" TAG "/other text");
  g_free (guest_expect (guest, "error"));
  refused = ask (guest, "run-program /mnt/programs/program", "cannot run: ");
  g_assert_cmpstr (refused, ==, "Exec format error");
  guest_command (guest, registration);
  guest_say (guest, "run-program /mnt/programs/program");
  said = guest_expect (guest, "translated on ");
  g_assert_cmpstr (said, ==, answer);
  code = guest_expect (guest, "program ended with ");
  g_assert_cmpstr (code, ==, "42");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rosetta/available", test_available);
  g_test_add_func ("/rosetta/not-installed", test_not_installed);
  g_test_add_func ("/rosetta/caching-options", test_caching_options);
  g_test_add_func ("/rosetta/machine-without", test_machine_without);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/rosetta/guest/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_guest);
    }
  return g_test_run ();
}
