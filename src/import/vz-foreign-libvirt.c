/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * The input is a libvirt domain, as `virsh dumpxml` writes it. The parser reports elements as they
 * begin and end; the current position is kept as a path, "/domain/devices/disk", and each relevant
 * path has a row below. The text between the tags has the same path. */

#define MAX_SETTINGS (256 * 1024) /* bytes */

typedef struct {
  VzForeignMachine *machine; /* not owned */
  GString *path;
  char *unit; /* of the memory; owned, as all below */
  char *device; /* the current disk's kind */
  char *source; /* its file */
} Reader;

static void
reader_clear (Reader *self)
{
  g_string_free (self->path, TRUE);
  g_free (self->unit);
  g_free (self->device);
  g_free (self->source);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

typedef struct {
  const char **names;
  const char **values;
} Attributes;

static const char *
get (const Attributes *attributes, const char *name)
{
  for (guint i = 0; attributes->names[i] != NULL; i++)
    if (g_str_equal (attributes->names[i], name))
      return attributes->values[i];
  return NULL;
}

static gboolean
begin_memory (Reader *self, const Attributes *attributes, GError **error)
{
  g_free (self->unit);
  self->unit = g_strdup (get (attributes, "unit"));
  return TRUE;
}

static gboolean
begin_type (Reader *self, const Attributes *attributes, GError **error)
{
  const char *arch = get (attributes, "arch");

  return arch == NULL || vz_foreign_machine_check_architecture ("os type arch", arch, error);
}

static gboolean
begin_disk (Reader *self, const Attributes *attributes, GError **error)
{
  const char *device = get (attributes, "device");

  g_clear_pointer (&self->source, g_free);
  g_free (self->device);
  self->device = g_strdup (device != NULL ? device : "disk");
  return TRUE;
}

static gboolean
begin_source (Reader *self, const Attributes *attributes, GError **error)
{
  const char *file = get (attributes, "file");

  g_free (self->source);
  self->source = g_strdup (file != NULL ? file : get (attributes, "dev"));
  return TRUE;
}

static gboolean
begin_interface (Reader *self, const Attributes *attributes, GError **error)
{
  const char *type = get (attributes, "type");

  self->machine->has_network = TRUE;
  if (type != NULL && !g_str_equal (type, "network") && !g_str_equal (type, "user"))
    vz_foreign_machine_leave_out (self->machine, "interface of the type '%s': it becomes NAT",
                                  type);
  return TRUE;
}

static gboolean
begin_address (Reader *self, const Attributes *attributes, GError **error)
{
  const char *address = get (attributes, "address");

  return address == NULL || vz_foreign_machine_add_address (self->machine, address, error);
}

static gboolean
leave_out (Reader *self, const Attributes *attributes, GError **error)
{
  vz_foreign_machine_leave_out (self->machine, "%s: vz does not import it",
                                strrchr (self->path->str, '/') + 1);
  return TRUE;
}

static gboolean
end_memory (Reader *self, const char *text, GError **error)
{
  static const struct {
    const char *unit;
    guint64 bytes;
  } units[] = {
    { "KiB", 1 << 10 },
    { "k", 1 << 10 },
    { "MiB", 1 << 20 },
    { "M", 1 << 20 },
    { "GiB", 1 << 30 },
    { "G", 1 << 30 },
    { "TiB", (guint64) 1 << 40 },
    { "T", (guint64) 1 << 40 },
    { "b", 1 },
    { "bytes", 1 },
    { "KB", 1000 },
    { "MB", 1000000 },
    { "GB", 1000000000 },
  };
  const char *unit = self->unit != NULL ? self->unit : "KiB";
  guint64 number = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_equal (units[i].unit, unit) &&
        g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64 / units[i].bytes, &number, NULL))
      {
        /* libvirt rounds up in the same way. */
        self->machine->memory_size = (number * units[i].bytes + (1 << 20) - 1) >> 20 << 20;
        return TRUE;
      }
  return vz_fail (
    error, VZ_ERROR_INVALID_ARGUMENT,
    "memory: '%.80s' with the unit '%.80s' found, must be a number with a unit such as KiB", text,
    unit);
}

static gboolean
end_cpus (Reader *self, const char *text, GError **error)
{
  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &self->machine->cpu_count, NULL) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "vcpu: '%.80s' found, must be a number", text);
}

static gboolean
end_variables (Reader *self, const char *text, GError **error)
{
  if (*text != '\0')
    {
      g_free (self->machine->storage);
      self->machine->storage = vz_foreign_machine_dup_path (self->machine, text);
    }
  return TRUE;
}

static gboolean
end_disk (Reader *self, const char *text, GError **error)
{
  if (!g_str_equal (self->device, "disk"))
    vz_foreign_machine_leave_out (self->machine, "%s: vz does not import it", self->device);
  else if (self->source == NULL)
    vz_foreign_machine_leave_out (self->machine, "disk: it is not a file on this host");
  else
    vz_foreign_machine_add_disk (self->machine, "disk", self->source);
  return TRUE;
}

static const struct {
  const char *path;
  gboolean (*begin) (Reader *self, const Attributes *attributes, GError **error);
  gboolean (*end) (Reader *self, const char *text, GError **error);
  gboolean has_text;
} rows[] = {
  { "/domain/memory", begin_memory, end_memory, TRUE },
  { "/domain/vcpu", NULL, end_cpus, TRUE },
  { "/domain/os/type", begin_type, NULL, FALSE },
  { "/domain/os/nvram", NULL, end_variables, TRUE },
  { "/domain/os/kernel", leave_out, NULL, FALSE },
  { "/domain/devices/disk", begin_disk, end_disk, FALSE },
  { "/domain/devices/disk/source", begin_source, NULL, FALSE },
  { "/domain/devices/interface", begin_interface, NULL, FALSE },
  { "/domain/devices/interface/mac", begin_address, NULL, FALSE },
  { "/domain/devices/filesystem", leave_out, NULL, FALSE },
  { "/domain/devices/hostdev", leave_out, NULL, FALSE },
  { "/domain/devices/tpm", leave_out, NULL, FALSE },
  { "/domain/devices/sound", leave_out, NULL, FALSE },
};

static gssize
find_row (const Reader *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].path, self->path->str))
      return (gssize) i;
  return -1;
}

static void
start_element (GMarkupParseContext *context, const char *name, const char **names,
               const char **values, gpointer data, GError **error)
{
  Reader *self = data;
  Attributes attributes = { names, values };
  gssize row;

  if (self->path->len == 0 && !g_str_equal (name, "domain"))
    {
      vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'<%.80s>' found, must be a libvirt <domain>",
               name);
      return;
    }
  g_string_append_printf (self->path, "/%s", name);
  row = find_row (self);
  if (row >= 0 && rows[row].begin != NULL)
    rows[row].begin (self, &attributes, error);
}

static void
end_element (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Reader *self = data;
  gssize row = find_row (self);

  if (row >= 0 && rows[row].end != NULL && !rows[row].has_text)
    rows[row].end (self, "", error);
  g_string_truncate (self->path, self->path->len - strlen (name) - 1);
}

static void
take_text (GMarkupParseContext *context, const char *text, gsize length, gpointer data,
           GError **error)
{
  Reader *self = data;
  gssize row = find_row (self);
  g_autofree char *copy = g_strstrip (g_strndup (text, length));

  if (row >= 0 && rows[row].has_text && *copy != '\0')
    rows[row].end (self, copy, error);
}

VzForeignMachine *
vz_foreign_libvirt_read (const char *path, GError **error)
{
  static const GMarkupParser parser = { start_element, end_element, take_text, NULL, NULL };
  g_autoptr (VzForeignMachine) machine = vz_foreign_machine_new ("libvirt", path);
  g_autoptr (GBytes) bytes = vz_file_read (path, MAX_SETTINGS, error);
  g_autoptr (GError) cause = NULL;
  g_auto (Reader) reader = { .machine = machine, .path = g_string_new (NULL) };
  g_autoptr (GMarkupParseContext)
    context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &reader, NULL);

  if (bytes == NULL)
    return NULL;
  machine->is_linux = TRUE;
  if (g_markup_parse_context_parse (context, g_bytes_get_data (bytes, NULL),
                                    (gssize) g_bytes_get_size (bytes), &cause) &&
      g_markup_parse_context_end_parse (context, &cause))
    return machine->disk != NULL ? g_steal_pointer (&machine)
                                 : vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                                                 "none of its disks is a file on this host");
  if (cause->domain == G_MARKUP_ERROR)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "%s", cause->message);
  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}
