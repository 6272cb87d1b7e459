/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"
#include "import/vz-foreign-yaml.h"

/* A lima instance: lima.yaml with its settings, most of which use lima's defaults, and the disk:
 * "disk" in new versions, previously "diffdisk", a qcow2 backed by "basedisk". */

#define MAX_SETTINGS (256 * 1024) /* bytes */
#define DEFAULT_MEMORY (G_GUINT64_CONSTANT (4) << 30) /* lima's */
#define DEFAULT_CPUS 4

/* NULL for absent values and for YAML's null. */
static const char *
get (GHashTable *settings, const char *key)
{
  const char *value = g_hash_table_lookup (settings, key);

  return value != NULL && *value != '\0' ? value : NULL;
}

/* "4GiB", as lima writes sizes: always powers of 1024. */
static gboolean
parse_size (const char *text, guint64 *ret_bytes)
{
  g_autofree char *copy = g_strdup (text);
  gsize length = strlen (copy);

  if (g_str_has_suffix (copy, "iB"))
    copy[length - 2] = '\0';
  else if (g_str_has_suffix (copy, "B"))
    copy[length - 1] = '\0';
  return vz_size_parse (copy, ret_bytes, NULL);
}

static gboolean
read_size (VzForeignMachine *self, GHashTable *settings, GError **error)
{
  const char *cpus = get (settings, "cpus");
  const char *memory = get (settings, "memory");

  self->cpu_count = DEFAULT_CPUS;
  self->memory_size = DEFAULT_MEMORY;
  if (cpus != NULL &&
      !g_ascii_string_to_unsigned (cpus, 10, 1, G_MAXUINT16, &self->cpu_count, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "cpus: '%.80s' found, must be a number from 1", cpus);
  return memory == NULL || parse_size (memory, &self->memory_size) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "memory: '%.80s' found, must be a size such as 4GiB", memory);
}

static gboolean
check_system (GHashTable *settings, GError **error)
{
  const char *arch = get (settings, "arch");
  const char *os = get (settings, "os");

  if (os != NULL && g_ascii_strcasecmp (os, "linux") != 0)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "os: '%.80s' found, must be Linux", os);
  return arch == NULL || g_str_equal (arch, "default") ||
         vz_foreign_machine_check_architecture ("arch", arch, error);
}

static void
find_disk (VzForeignMachine *self, const char *folder)
{
  g_autofree char *whole = g_build_filename (folder, "disk", NULL);
  g_autofree char *base = g_build_filename (folder, "basedisk", NULL);

  if (vz_file_is_there (whole))
    {
      self->disk = g_steal_pointer (&whole);
      return;
    }
  self->disk = g_build_filename (folder, "diffdisk", NULL);
  if (vz_file_is_there (base))
    self->backing = g_steal_pointer (&base);
}

static void
leave_out (VzForeignMachine *self, GHashTable *settings)
{
  static const struct {
    const char *key;
    const char *why;
  } rows[] = {
    { "additionalDisks[0]", "only the first disk is imported" },
    { "additionalDisks[0].name", "only the first disk is imported" },
    { "networks[0].lima", "the network of the machine becomes NAT" },
    { "networks[0].socket", "the network of the machine becomes NAT" },
    { "portForwards[0].guestPort", "ports that are published" },
  };

  for (guint i = 0;; i++)
    {
      g_autofree char *key = g_strdup_printf ("mounts[%u].location", i);
      const char *location = get (settings, key);

      if (location == NULL)
        break;
      vz_foreign_machine_leave_out (self, "mounts[%u]: the shared folder '%s'", i, location);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (get (settings, rows[i].key) != NULL)
      vz_foreign_machine_leave_out (self, "%s: %s", rows[i].key, rows[i].why);
}

VzForeignMachine *
vz_foreign_lima_read (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "lima.yaml", NULL);
  g_autoptr (VzForeignMachine) self = vz_foreign_machine_new ("lima", path);
  g_autoptr (GHashTable) settings = NULL;
  VZ_ERROR_PREFIX ("lima.yaml");

  settings = vz_foreign_yaml_read (path, MAX_SETTINGS, error);
  if (settings == NULL || !check_system (settings, error) || !read_size (self, settings, error))
    return NULL;
  self->is_linux = self->has_network = TRUE;
  find_disk (self, folder);
  leave_out (self, settings);
  return g_steal_pointer (&self);
}
