/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"

/* A quickemu machine: NAME.conf, which quickemu sources as shell code. We do not: only lines that
 * set a variable to a plain text are read; the others are not settings of a machine. Firmware
 * variables are beside the disk. */

#define MAX_SETTINGS (64 * 1024) /* bytes */

/* The value of the last line that sets @key; NULL: none. */
static char *
dup_value (char *const *lines, const char *key)
{
  const char *found = NULL;
  g_autofree char *value = NULL;
  gsize length = strlen (key), n;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], key) && lines[i][length] == '=')
      found = lines[i] + length + 1;
  if (found == NULL)
    return NULL;
  value = g_strstrip (g_strdup (found));
  n = strlen (value);
  if (n >= 2 && (*value == '"' || *value == '\'') && value[n - 1] == *value)
    return g_strndup (value + 1, n - 2);
  return g_steal_pointer (&value);
}

/* Values that only a shell can evaluate are rejected: a guess would give a different machine. */
static gboolean
get (char *const *lines, const char *key, char **ret_value, GError **error)
{
  g_autofree char *value = dup_value (lines, key);

  if (value != NULL && strpbrk (value, "$`\\\"'(") != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%s: '%.80s' found, must be plain text, because it is not run in a shell", key,
                    value);
  *ret_value = value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
  return TRUE;
}

static gboolean
check_system (char *const *lines, GError **error)
{
  g_autofree char *os = NULL;
  g_autofree char *arch = NULL;

  if (!get (lines, "guest_os", &os, error) || !get (lines, "arch", &arch, error))
    return FALSE;
  if (os == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "guest_os: it is missing; quickemu's settings have it");
  if (!g_str_equal (os, "linux"))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "guest_os: '%.80s' found, must be linux", os);
  return arch == NULL || vz_foreign_machine_check_architecture ("arch", arch, error);
}

static gboolean
read_size (VzForeignMachine *self, char *const *lines, GError **error)
{
  g_autofree char *cpus = NULL;
  g_autofree char *memory = NULL;

  if (!get (lines, "cpu_cores", &cpus, error) || !get (lines, "ram", &memory, error))
    return FALSE;
  if (cpus != NULL &&
      !g_ascii_string_to_unsigned (cpus, 10, 1, G_MAXUINT16, &self->cpu_count, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "cpu_cores: '%.80s' found, must be a number from 1", cpus);
  return memory == NULL || vz_size_parse (memory, &self->memory_size, NULL) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "ram: '%.80s' found, must be a size such as 4G",
                  memory);
}

/* Beside the disk, under quickemu's name for them. */
static void
find_variables (VzForeignMachine *self)
{
  static const char *const names[] = { "OVMF_VARS.fd", "OVMF_VARS_4M.fd" };
  g_autofree char *folder = g_path_get_dirname (self->disk);

  for (gsize i = 0; i < G_N_ELEMENTS (names) && self->storage == NULL; i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (vz_file_is_there (path))
        self->storage = g_steal_pointer (&path);
    }
}

static void
leave_out (VzForeignMachine *self, char *const *lines)
{
  static const struct {
    const char *key;
    const char *unless;
    const char *why;
  } rows[] = {
    { "tpm", "off", "vz has no TPM" },
    { "secureboot", "off", "the firmware does not check what it starts" },
    { "public_dir", "", "a shared folder" },
    { "port_forwards", "()", "ports that are published" },
    { "usb_devices", "()", "devices of the host" },
    { "extra_args", "", "arguments of QEMU" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *value = dup_value (lines, rows[i].key);

      if (value != NULL && *value != '\0' && !g_str_equal (value, rows[i].unless))
        vz_foreign_machine_leave_out (self, "%s: %s", rows[i].key, rows[i].why);
    }
}

VzForeignMachine *
vz_foreign_quickemu_read (const char *path, GError **error)
{
  g_autoptr (VzForeignMachine) self = vz_foreign_machine_new ("quickemu", path);
  g_autoptr (GBytes) bytes = vz_file_read (path, MAX_SETTINGS, error);
  g_autofree char *text = NULL;
  g_autofree char *disk = NULL;
  g_autofree char *address = NULL;
  g_auto (GStrv) lines = NULL;

  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  self->is_linux = self->has_network = TRUE;
  if (!check_system (lines, error) || !read_size (self, lines, error) ||
      !get (lines, "disk_img", &disk, error) || !get (lines, "macaddr", &address, error) ||
      (address != NULL && !vz_foreign_machine_add_address (self, address, error)))
    return NULL;
  if (disk == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "disk_img: it is missing");
  vz_foreign_machine_add_disk (self, "disk_img", disk);
  find_variables (self);
  leave_out (self, lines);
  return g_steal_pointer (&self);
}
