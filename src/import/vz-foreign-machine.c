/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <errno.h>
#include <sys/stat.h>

#include "foundation/vz-fail.h"

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
                      "MAC address '%s' found twice, must be another for each network device",
                      text);
  g_ptr_array_add (self->addresses, g_steal_pointer (&address));
  return TRUE;
}

char *
vz_foreign_machine_dup_path (VzForeignMachine *self, const char *name)
{
  g_autofree char *folder = g_path_get_dirname (self->settings);

  return g_canonicalize_filename (name, folder);
}

static gboolean
has (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* In a folder, what only one program has there. */
static VzForeignMachine *
read_folder (const char *folder, GError **error)
{
  static const char *const macosvm[] = { "vm.json", "macosvm.json" };

  if (has (folder, ".vbdata"))
    return vz_foreign_virtual_buddy_read (folder, error);
  for (gsize i = 0; i < G_N_ELEMENTS (macosvm); i++)
    if (has (folder, macosvm[i]))
      {
        g_autofree char *settings = g_build_filename (folder, macosvm[i], NULL);

        return vz_foreign_macosvm_read (settings, error);
      }
  if (has (folder, "config.json") && has (folder, "nvram.bin"))
    return vz_foreign_tart_read (folder, error);
  if (has (folder, "HardwareModel"))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "it is a VM bundle already; 'vz clone' makes another of it");
  return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                       "it is not a machine of tart (config.json and nvram.bin), macosvm (vm.json) "
                       "or VirtualBuddy (.vbdata)");
}

VzForeignMachine *
vz_foreign_machine_read (const char *place, GError **error)
{
  struct stat st;

  if (stat (place, &st) != 0)
    return vz_fail_errno_null (error, "cannot read it");
  return S_ISDIR (st.st_mode) ? read_folder (place, error) : vz_foreign_macosvm_read (place, error);
}
