/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/install-plan.h"

#include "foundation/vz-fail.h"
#include "tool/image/disk-argument.h"
#include "tool/image/system-list.h"
#include "tool/json.h"

/* How this works
 *
 * A plan is an array of lines, each with the key of its member in the --json object, its label in
 * the text, and its value. A refusal comes after the plan, which shows what it refers to. */

typedef struct {
  VzTool *tool;
  JsonBuilder *builder; /* owned */
  GString *text; /* owned */
} Plan;

static void
plan_clear (Plan *self)
{
  g_clear_object (&self->builder);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

/* @word NULL: only in the object; @key NULL: only in the text. */
static void
add (Plan *self, const char *key, const char *word, const char *value)
{
  if (value == NULL)
    return;
  if (key != NULL)
    tool_json_add_string (self->builder, key, value);
  if (word != NULL)
    g_string_append_printf (self->text, "  %-11s %s\n", word, value);
}

static gboolean
find_free_room (const char *path, guint64 *ret_bytes)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  while (file != NULL)
    {
      g_autoptr (GFileInfo)
        info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
      GFile *parent;

      if (info != NULL)
        {
          *ret_bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
          return TRUE;
        }
      parent = g_file_get_parent (file);
      g_object_unref (file);
      file = parent;
    }
  return FALSE;
}

static void
append_processors (GString *text, guint cpus)
{
  g_string_append_printf (text, "%u %s", cpus, cpus == 1 ? "processor" : "processors");
}

static void
add_machine (Plan *self, VzBundleInstaller *installer, const char *path)
{
  guint cpus = 0;
  guint64 memory = 0, disk = 0, free_bytes = 0;
  g_autofree char *memory_text = NULL;
  g_autofree char *disk_text = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  vz_bundle_installer_get_size (installer, &cpus, &memory, &disk);
  tool_json_add_number (self->builder, "cpu-count", cpus);
  tool_json_add_number (self->builder, "memory-size", memory);
  tool_json_add_number (self->builder, "disk-size", disk);
  memory_text = vz_size_format (memory);
  disk_text = vz_size_format (disk);
  append_processors (text, cpus);
  g_string_append_printf (text, ", %s of memory, a sparse disk of %s", memory_text, disk_text);
  if (cpus != 0 && memory != 0) /* if the image is refused early, they may be unknown */
    add (self, NULL, "machine:", text->str);
  add (self, "bundle", "bundle:", path);
  if (find_free_room (path, &free_bytes))
    {
      g_autofree char *room = g_format_size_full (free_bytes, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *line = g_strconcat (room, " are free there", NULL);

      tool_json_add_number (self->builder, "free-size", free_bytes);
      add (self, NULL, "room:", line);
    }
}

static void
add_needs (Plan *self, guint cpus, guint64 memory, guint64 disk)
{
  g_autoptr (GString) text = g_string_new ("at least ");
  g_autofree char *memory_text = vz_size_format (memory);
  g_autofree char *disk_text = vz_size_format (disk);

  append_processors (text, MAX (cpus, 1));
  if (memory != 0)
    g_string_append_printf (text, ", %s of memory", memory_text);
  if (disk != 0)
    g_string_append_printf (text, ", %s of disk", disk_text);
  add (self, NULL, "needs:", text->str);
}

static void
add_signature (Plan *self, VzDiskProof *proof)
{
  const char *keys = vz_disk_proof_get_keys (proof);
  const char *signature = vz_disk_proof_get_signature (proof);
  const char *const *signers = vz_disk_proof_get_signers (proof);
  g_autofree char *fingerprints = g_strjoinv (" or ", (char **) signers);
  g_autofree char *where = NULL;

  add (self, "signature", NULL, signature);
  add (self, NULL, "signature:",
       g_strcmp0 (signature, vz_disk_proof_get_checksums (proof)) == 0 ? "in the list of digests"
                                                                       : signature);
  where = g_strdup_printf ("%s%s%s%s", keys, disk_argument_is_remote (keys) ? " (fetched)" : "",
                           signers[0] != NULL ? ", " : "", fingerprints);
  add (self, "keys", NULL, keys);
  tool_json_add_strings (self->builder, "signers", signers);
  add (self, NULL, "by key:", where);
}

static void
add_proof (Plan *self, VzDiskProof *proof, gboolean is_local)
{
  const char *checksums = vz_disk_proof_get_checksums (proof);

  switch (vz_disk_proof_get_kind (proof))
    {
    case VZ_DISK_PROOF_KIND_DIGEST:
      add (self, "verified-by", "verified:", "digest");
      return;
    case VZ_DISK_PROOF_KIND_SIGNATURE:
      add (self, "verified-by", "verified:", "signature");
      add (self, "checksums", "digests:", checksums);
      add_signature (self, proof);
      return;
    case VZ_DISK_PROOF_KIND_CHECKSUM:
      add (self, "verified-by", NULL, "checksum");
      add (self, NULL, "verified:", "checksum alone: its list of digests is not signed");
      add (self, "checksums", "digests:", checksums);
      return;
    case VZ_DISK_PROOF_KIND_NOTHING:
    default:
      add (self, "verified-by", NULL, "nothing");
      add (self, NULL, "verified:", is_local ? "nothing: it is a local file" : "nothing");
    }
}

static void
add_system (Plan *self, const VzSystem *system)
{
  g_autofree char *name = vz_system_dup_full_name (system);
  g_autofree char *text = g_strdup_printf ("%s (%s)", system->title, name);

  add (self, "system", NULL, name);
  add (self, "title", NULL, system->title);
  add (self, NULL, "system:", text);
  add (self, "source", "known from:", system->source);
  tool_json_add_number (self->builder, "minimum-cpu-count", system->minimum_cpu_count);
  tool_json_add_number (self->builder, "minimum-memory-size", system->minimum_memory_size);
  tool_json_add_number (self->builder, "minimum-disk-size", system->minimum_disk_size);
}

static void
print (Plan *self)
{
  g_autoptr (JsonNode) node = NULL;

  json_builder_end_object (self->builder);
  node = json_builder_get_root (self->builder);
  if (self->tool->json)
    tool_print_json (node);
  else
    tool_print ("%s", self->text->str);
}

/* Nothing is said of what is known only once it is fetched. */
static void
add_settings (Plan *self, VzBundleInstaller *installer)
{
  static const struct {
    const char *way;
    const char *text;
  } rows[] = {
    { "cloud-init", "cloud-init, if the guest has it (a volume CIDATA)" },
    { "ignition", "Ignition (QEMU's fw_cfg)" },
    { "agent", "vz's agent" },
    { "none", "none: the guest is left as it is" },
  };
  const char *way = vz_bundle_installer_get_settings_way (installer);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (way, rows[i].way) == 0)
      {
        add (self, "settings", NULL, way);
        add (self, NULL, "settings:", rows[i].text);
      }
}

static gboolean
plan_disk (Plan *self, InstallSource *source, VzBundleInstaller *installer, const char *path,
           GError **error)
{
  const VzSystem *system = source->system;
  gboolean is_local = !disk_argument_is_remote (source->location);
  GError *refused = NULL;

  install_source_check (source, self->tool, installer, &refused);
  if (system != NULL)
    add_system (self, system);
  add (self, "url", is_local ? "image:" : "fetched:", source->location);
  add (self, "unattended", "unattended:", vz_bundle_installer_get_unattended_system (installer));
  add_proof (self, source->proof, is_local);
  add_settings (self, installer);
  if (system != NULL)
    add_needs (self, system->minimum_cpu_count, system->minimum_memory_size,
               system->minimum_disk_size);
  add_machine (self, installer, path);
  print (self);
  if (refused != NULL)
    g_propagate_error (error, refused);
  return refused == NULL;
}

static gboolean
plan_image (Plan *self, InstallSource *source, VzBundleInstaller *installer, const char *path,
            GError **error)
{
  VzConfigurationRequirements *needs;
  const char *url;
  gboolean composed;

  if (!install_source_give (source, self->tool, installer, error))
    return FALSE;
  url = vz_restore_image_get_url (source->image);
  composed = g_str_has_prefix (url, "compose:");
  needs = vz_restore_image_get_most_featureful_supported_configuration (source->image);
  add (self, "title", "system:", vz_restore_image_get_operating_system (source->image));
  add (self, "url",
       composed                                            ? "composed:"
       : vz_restore_image_get_path (source->image) != NULL ? "image:"
                                                           : "fetched:",
       url);
  add (self, "verified-by", NULL, composed ? "archive" : "manifest");
  add (self, NULL,
       "verified:", composed ? "the signature of Debian's archive" : "the digests in its manifest");
  add_settings (self, installer);
  add_needs (self, (guint) vz_configuration_requirements_get_minimum_supported_cpu_count (needs),
             vz_configuration_requirements_get_minimum_supported_memory_size (needs),
             vz_configuration_requirements_get_minimum_disk_size (needs));
  add_machine (self, installer, path);
  print (self);
  return TRUE;
}

gboolean
install_plan_show (InstallSource *source, VzTool *tool, VzBundleInstaller *installer,
                   const char *path, GError **error)
{
  g_auto (Plan) plan = { tool, json_builder_new (), g_string_new (NULL) };

  json_builder_begin_object (plan.builder);
  tool_json_add_string (plan.builder, "event", "plan");
  return source->location != NULL ? plan_disk (&plan, source, installer, path, error)
                                  : plan_image (&plan, source, installer, path, error);
}
