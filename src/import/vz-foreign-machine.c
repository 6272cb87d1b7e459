/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <errno.h>
#include <sys/stat.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#define MAX_SETTINGS (256 * 1024) /* bytes; typical files have 10,000 */

VzForeignMachine *
vz_foreign_machine_new (const char *program, const char *settings)
{
  VzForeignMachine *self = g_new0 (VzForeignMachine, 1);

  self->program = program;
  self->settings = g_strdup (settings);
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  self->left_out = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
vz_foreign_machine_free (VzForeignMachine *self)
{
  if (self == NULL)
    return;
  g_free (self->settings);
  g_free (self->disk);
  g_free (self->backing);
  g_free (self->storage);
  g_clear_object (&self->model);
  g_clear_object (&self->identifier);
  g_ptr_array_unref (self->addresses);
  g_ptr_array_unref (self->left_out);
  g_free (self);
}

void
vz_foreign_machine_leave_out (VzForeignMachine *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (self->left_out, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

gboolean
vz_foreign_machine_add_address (VzForeignMachine *self, const char *text, GError **error)
{
  g_autoptr (VzMACAddress) address = vz_mac_address_new_from_string (text);

  if (address == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not a MAC address", text);
  if (!vz_mac_address_is_unicast (address))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "MAC address '%s' found, must be unicast: the second digit must be even", text);
  for (guint i = 0; i < self->addresses->len; i++)
    if (vz_mac_address_equal (address, self->addresses->pdata[i]))
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                      "MAC address '%s' found twice, must differ between network devices", text);
  g_ptr_array_add (self->addresses, g_steal_pointer (&address));
  return TRUE;
}

char *
vz_foreign_machine_dup_path (VzForeignMachine *self, const char *name)
{
  g_autofree char *folder = g_path_get_dirname (self->settings);

  return g_canonicalize_filename (name, folder);
}

gboolean
vz_foreign_machine_check_architecture (const char *key, const char *text, GError **error)
{
  static const char *const known[] = { "x86_64", "amd64", "aarch64", "arm64", NULL };

  return g_strv_contains (known, text) ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "%s: '%.80s' found, must be x86_64 or aarch64",
                  key, text);
}

void
vz_foreign_machine_add_disk (VzForeignMachine *self, const char *key, const char *name)
{
  if (self->disk == NULL)
    self->disk = vz_foreign_machine_dup_path (self, name);
  else
    vz_foreign_machine_leave_out (self, "%s: '%s': only the first disk is imported", key, name);
}

static gboolean
has (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A file that only one program has in its folder. */
static const struct {
  const char *file;
  const char *beside; /* NULL: look for nothing else */
  VzForeignMachine *(*read) (const char *place, GError **error);
  gboolean wants_file; /* the reader gets the file, not the folder */
} folders[] = {
  { ".vbdata", NULL, vz_foreign_virtual_buddy_read, FALSE },
  { "vm.json", NULL, vz_foreign_macosvm_read, TRUE },
  { "macosvm.json", NULL, vz_foreign_macosvm_read, TRUE },
  { "config.json", "nvram.bin", vz_foreign_tart_read, FALSE },
  { "config.plist", "Data", vz_foreign_utm_read, FALSE },
  { "lima.yaml", NULL, vz_foreign_lima_read, FALSE },
};

static VzForeignMachine *
read_folder (const char *folder, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (has (folder, folders[i].file) &&
        (folders[i].beside == NULL || has (folder, folders[i].beside)))
      {
        g_autofree char *file = g_build_filename (folder, folders[i].file, NULL);

        return folders[i].read (folders[i].wants_file ? file : folder, error);
      }
  if (has (folder, "HardwareModel"))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "it is already a VM bundle; 'vz clone' makes another from it");
  return vz_fail_null (
    error, VZ_ERROR_INVALID_ARGUMENT,
    "it is not the folder of a tart (config.json and nvram.bin), macosvm (vm.json), VirtualBuddy "
    "(.vbdata), UTM (config.plist and Data) or lima (lima.yaml) machine");
}

/* quickemu's settings have that suffix; libvirt's and macosvm's are distinguished by their first
 * byte. */
static VzForeignMachine *
read_file (const char *path, GError **error)
{
  g_autoptr (GBytes) head = NULL;
  const char *text;
  gsize size;

  if (g_str_has_suffix (path, ".conf"))
    return vz_foreign_quickemu_read (path, error);
  head = vz_file_read (path, MAX_SETTINGS, error);
  if (head == NULL)
    return NULL;
  text = g_bytes_get_data (head, &size);
  while (size > 0 && g_ascii_isspace (*text))
    text++, size--;
  return size > 0 && *text == '<' ? vz_foreign_libvirt_read (path, error)
                                  : vz_foreign_macosvm_read (path, error);
}

VzForeignMachine *
vz_foreign_machine_read (const char *place, GError **error)
{
  struct stat st;

  if (stat (place, &st) != 0)
    return vz_fail_errno_null (error, "cannot read it");
  return S_ISDIR (st.st_mode) ? read_folder (place, error) : read_file (place, error);
}
