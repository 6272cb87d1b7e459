/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validation-rows.h"

#include "foundation/host/vz-host.h"

#include <elf.h>
#include <glib/gstdio.h>

/* Shared folders. */

static VzVirtioFileSystemDeviceConfiguration *
add_share (Fixture *fixture, const char *tag, const char *path)
{
  VzVirtioFileSystemDeviceConfiguration *device =
    vz_virtio_file_system_device_configuration_new (tag);
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (path, FALSE);
  g_autoptr (VzSingleDirectoryShare) share = vz_single_directory_share_new (directory);

  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  fixture_add (fixture->config, "directory-sharing-devices", device);
  return device;
}

static void
device_without_share (Fixture *fixture)
{
  vz_virtio_file_system_device_configuration_set_share (add_share (fixture, "a",
                                                                   fixture->directory),
                                                        NULL);
}

static void
share_without_tag (Fixture *fixture)
{
  add_share (fixture, NULL, fixture->directory);
}

/* The named folders are in the fixture's directory, each under its name in @names. */
static void
add_shares (Fixture *fixture, const char *tag, const char *const *names)
{
  VzVirtioFileSystemDeviceConfiguration *device =
    vz_virtio_file_system_device_configuration_new (tag);
  g_autoptr (VzMultipleDirectoryShare) share = vz_multiple_directory_share_new ();

  for (; *names != NULL; names++)
    {
      g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (fixture->directory, FALSE);

      fixture_add (share, "directories", vz_named_shared_directory_new (*names, directory));
    }
  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  fixture_add (fixture->config, "directory-sharing-devices", device);
}

/* Whatever the test's host has: a program of which only the header is examined. */
static void
name_translator (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "translator", -1);
  gboolean is_arm = g_str_equal (vz_host_get_architecture (), "aarch64");
  const Elf64_Ehdr header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
                                           ELFDATA2LSB },
                              .e_machine = is_arm ? EM_AARCH64 : EM_X86_64,
                              .e_phentsize = sizeof (Elf64_Phdr) };

  g_assert_true (g_file_set_contents (path, (const char *) &header, sizeof header, NULL));
  g_setenv ("VZ_TRANSLATOR", path, TRUE);
}

static void
add_translator (Fixture *fixture, gpointer options)
{
  VzVirtioFileSystemDeviceConfiguration *device =
    vz_virtio_file_system_device_configuration_new ("rosetta");
  g_autoptr (VzLinuxRosettaDirectoryShare) share = NULL;
  g_autoptr (GError) error = NULL;

  name_translator (fixture);
  share = vz_linux_rosetta_directory_share_new (&error);
  g_assert_no_error (error);
  vz_linux_rosetta_directory_share_set_options (share, options);
  g_clear_object (&options);
  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  fixture_add (fixture->config, "directory-sharing-devices", device);
}

static void
translations_at_a_path (Fixture *fixture)
{
  add_translator (fixture, vz_linux_rosetta_unix_socket_caching_options_new (NULL, NULL));
}

static void
translations_by_a_name (Fixture *fixture)
{
  add_translator (fixture,
                  g_object_new (VZ_TYPE_LINUX_ROSETTA_ABSTRACT_SOCKET_CACHING_OPTIONS, NULL));
}

static void
translations_at_a_relative_path (Fixture *fixture)
{
  add_translator (fixture, g_object_new (VZ_TYPE_LINUX_ROSETTA_UNIX_SOCKET_CACHING_OPTIONS, "path",
                                         "rosetta.sock", NULL));
}

static void
translator_for_a_mac (Fixture *fixture)
{
  add_translator (fixture, NULL);
  fixture_set_new (fixture, "platform", vz_mac_platform_configuration_new ());
}

static void
no_folders (Fixture *fixture)
{
  add_shares (fixture, "a", (const char *const[]){ NULL });
}

static void
same_name_twice (Fixture *fixture)
{
  add_shares (fixture, "a", (const char *const[]){ "x", "y", "x", NULL });
}

static void
slash_in_name (Fixture *fixture)
{
  add_shares (fixture, "a", (const char *const[]){ "x", "a/b", NULL });
}

static void
long_tag_of_several (Fixture *fixture)
{
  add_shares (fixture, "12345678901234567890123456789", (const char *const[]){ "x", NULL });
}

static void
too_many_folders (Fixture *fixture)
{
  add_shares (fixture, "a",
              (const char *const[]){ "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                     "9",  "10", "11", "12", "13", "14", "15", "16",
                                     "17", "18", "19", "20", "21", "22", "23", NULL });
}

static void
test_names (void)
{
  static const struct {
    const char *name;
    const char *canonical; /* NULL: none can be made */
  } rows[] = {
    { "my files", "my files" },
    { "\xc3\xa9", "\xc3\xa9" },
    { "a/b", "a_b" },
    { "a\nb", "a_b" },
    { "/", "_" },
    { "", NULL },
    { ".", NULL },
    { "..", NULL },
  };
  g_autofree char *most = g_strnfill (254, 'a');
  g_autofree char *split =
    g_strconcat (most, "\xc3\xa9", NULL); /* its last character ends after the 255th byte */
  g_autofree char *cut = vz_multiple_directory_share_canonicalize_name (split);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *found = vz_multiple_directory_share_canonicalize_name (rows[i].name);
      g_autoptr (GError) error = NULL;
      gboolean is_good = vz_multiple_directory_share_validate_name (rows[i].name, &error);

      g_assert_cmpstr (found, ==, rows[i].canonical);
      g_assert_true (is_good == (g_strcmp0 (rows[i].name, rows[i].canonical) == 0));
      g_assert_true (is_good || g_error_matches (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT));
    }
  g_assert_cmpstr (cut, ==, most);
  g_assert_false (vz_multiple_directory_share_validate_name (split, NULL));
}

static void
long_tag (Fixture *fixture)
{
  add_share (fixture, "12345678901234567890123456789012", fixture->directory);
}

static void
slash_in_tag (Fixture *fixture)
{
  add_share (fixture, "a/b", fixture->directory);
}

static void
same_tag_twice (Fixture *fixture)
{
  add_share (fixture, "a", fixture->directory);
  add_share (fixture, "a", g_get_tmp_dir ());
}

static void
shared_file (Fixture *fixture)
{
  g_autofree char *disk = fixture_file (fixture, "Disk.img", -1);

  add_share (fixture, "a", disk);
}

static void
missing_folder (Fixture *fixture)
{
  add_share (fixture, "a", "/nonexistent/folder");
}

static void
protected_folder (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->directory, "closed", NULL);

  /* Not writable for anybody, not even its owner. */
  fixture_let_others_in (fixture);
  g_assert_cmpint (g_mkdir (folder, 0555), ==, 0);
  add_share (fixture, "a", folder);
}

/* 31 bytes, and characters allowed in a file name. */
static void
test_good_tags (void)
{
  static const char *const good[] = { "a",        "my-share_1.x", "1234567890123456789012345678901",
                                      "\xc3\xa9", "a#b\\c",       "..." };
  static const char *const bad[] = { "",     ".",    "..",
                                     "/",    "a b",  "a\tb",
                                     "a\nb", "\x7f", "12345678901234567890123456789012" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (vz_virtio_file_system_device_configuration_validate_tag (good[i], &error));
      g_assert_no_error (error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (vz_virtio_file_system_device_configuration_validate_tag (bad[i], &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
}

/* Whatever a folder is called, a valid tag is derived from it. */
static void
test_derived_tags (void)
{
  static const struct {
    const char *path;
    const char *tag;
  } rows[] = {
    { "/home/me/work", "work" },
    { "/home/me/my  files", "my-files" },
    { "/x/1234567890123456789012345678901234", "1234567890123456789012345678901" },
    { "/x/"
      "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3"
      "\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc",
      "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3"
      "\xbc\xc3\xbc\xc3\xbc\xc3\xbc" },
    { "/x/tab\there ", "tab-here" },
    { "/x/bad\xff", "bad\xef\xbf\xbd" },
    { "/x/ ", "folder" },
    { "/", "folder" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *tag = vz_virtio_file_system_device_configuration_derive_tag (rows[i].path);

      g_assert_cmpstr (tag, ==, rows[i].tag);
      g_assert_true (vz_virtio_file_system_device_configuration_validate_tag (tag, NULL));
    }
}

#define SHARE "directory-sharing-devices[0]: "
#define SHARED "directory-sharing-devices[0].share.directory: "

static const ValidationRow rows[] = {
  { "device-without-share", NULL, NULL, device_without_share,
    SHARE "share: nothing found, must be set" },
  { "share-without-tag", NULL, NULL, share_without_tag,
    SHARE "tag: nothing found, must not be empty" },
  { "long-tag", NULL, NULL, long_tag,
    SHARE "tag: '12345678901234567890123456789012' found, must be 1 to 31 bytes without slash, *" },
  { "translations-at-a-path", NULL, NULL, translations_at_a_path,
    "directory-sharing-devices[0].share: options: 'Linux Rosetta Unix socket caching options' "
    "found, must not be set: the host's translator, qemu-user, has no daemon that keeps *" },
  { "translations-by-a-name", NULL, NULL, translations_by_a_name,
    "directory-sharing-devices[0].share: options: 'Linux Rosetta abstract socket caching options' "
    "found, must not be set: *\n"
    "directory-sharing-devices[0].share.options: name: nothing found, must not be empty" },
  { "translations-at-a-relative-path", NULL, NULL, translations_at_a_relative_path,
    "directory-sharing-devices[0].share: options: * found, must not be set: *\n"
    "directory-sharing-devices[0].share.options: path: 'rosetta.sock' found, must be an absolute "
    "path of at most 107 bytes" },
  { "translator-for-a-mac", NULL, NULL, translator_for_a_mac,
    "boot-loader: *\n"
    "directory-sharing-devices[0]: share: 'Linux Rosetta directory share' found, must be a "
    "different share with a Mac platform: this one translates programs for Linux\n"
    "platform: hardware-model: *\nplatform: auxiliary-storage: *\nplatform: type: *" },
  { "no-folders", NULL, NULL, no_folders,
    "directory-sharing-devices[0].share: directories: '0' found, must be at least one: *" },
  { "same-name-twice", NULL, NULL, same_name_twice,
    "directory-sharing-devices[0].share.directories[2]: name: 'x' found, must differ from those "
    "of the other folders" },
  { "slash-in-name", NULL, NULL, slash_in_name,
    "directory-sharing-devices[0].share.directories[1]: name: 'a/b' found, must be 1 to 255 "
    "bytes of UTF-8 without slash *" },
  { "long-tag-of-several", NULL, NULL, long_tag_of_several,
    SHARE "tag: '12345678901234567890123456789' found, must be at most 28 bytes with a multiple "
          "directory share" },
  { "too-many-folders", NULL, NULL, too_many_folders,
    "devices: '28' found, must be at most 27 PCI devices in all, *" },
  { "slash-in-tag", NULL, NULL, slash_in_tag,
    SHARE "tag: 'a/b' found, must be 1 to 31 bytes without slash, *" },
  { "same-tag-twice", NULL, NULL, same_tag_twice,
    "directory-sharing-devices[1]: tag: 'a' found, must differ from that of "
    "directory-sharing-devices[0]" },
  { "shared-file", NULL, NULL, shared_file,
    SHARED
    "path: '*/Disk.img' found, must be a folder that can be read and written: Not a directory" },
  { "missing-folder", NULL, NULL, missing_folder,
    SHARED "path: '/nonexistent/folder' found, must be a folder that can be read and written: No "
           "such file or directory" },
  { "protected-folder", NULL, NULL, protected_folder,
    SHARED "path: '*' found, must be a folder that can be read and written: Permission denied",
    TRUE },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  validation_add_rows (rows, G_N_ELEMENTS (rows));
  g_test_add_func ("/validation/tags", test_good_tags);
  g_test_add_func ("/validation/derived-tags", test_derived_tags);
  g_test_add_func ("/validation/names", test_names);
  return g_test_run ();
}
