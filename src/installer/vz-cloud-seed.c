/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-cloud-seed.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "installer/vz-provision.h"

/* How this works
 *
 * cloud-init creates the user, as it knows the conventions of each distribution. The script that vz
 * runs in every guest (src/guest/provision.sh) does the rest, as one part of the user-data. The
 * user's own file is another part, merged by cloud-init's own rules: lists are joined, and for
 * single values ours, which come from the command line, take precedence. At the end of the boot,
 * when all of that is done, cloud-init is switched off, since its volume goes away, and the machine
 * is switched off. JSON is valid YAML. */

#define VOLUME_SIZE (4 << 20)
#define USER_DATA_MAX (1 << 20)
#define LIMIT_MS 60000
#define BOUNDARY "vz-part-8b1f6c"
#define LINE 76

static const struct {
  const char *begin;
  const char *type;
} kinds[] = {
  { "#cloud-config", "text/cloud-config" }, { "#!", "text/x-shellscript" },
  { "#include", "text/x-include-url" },     { "#cloud-boothook", "text/cloud-boothook" },
  { "## template: jinja", "text/jinja2" },
};

static const char *
find_kind (GBytes *data)
{
  gsize size;
  const char *text = g_bytes_get_data (data, &size);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (size >= strlen (kinds[i].begin) &&
        memcmp (text, kinds[i].begin, strlen (kinds[i].begin)) == 0)
      return kinds[i].type;
  return NULL;
}

GBytes *
vz_cloud_seed_read (const char *path, GError **error)
{
  g_autoptr (GBytes) data = vz_file_read (path, USER_DATA_MAX, error);

  if (data == NULL || find_kind (data) != NULL)
    return g_steal_pointer (&data);
  return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                       "'%s' is not for cloud-init: its first line must be '#cloud-config', a "
                       "script's '#!', '#include', '#cloud-boothook' or '## template: jinja'",
                       path);
}

/* The user that vz creates everywhere: no password, sudo, the keys. */
static JsonNode *
describe_user (VzGuestSettings *settings)
{
  const char *const *keys = vz_guest_settings_get_ssh_authorized_keys (settings);
  JsonArray *list = json_array_new ();
  JsonArray *users = json_array_new ();

  for (guint i = 0; keys[i] != NULL; i++)
    json_array_add_string_element (list, keys[i]);
  json_array_add_element (
    users, vz_json_object (vz_json_new ("name",
                                        vz_json_string (vz_guest_settings_get_user_name (settings)),
                                        "shell", vz_json_string ("/bin/bash"), "sudo",
                                        vz_json_string ("ALL=(ALL) NOPASSWD:ALL"), "lock_passwd",
                                        vz_json_bool (TRUE), "ssh_authorized_keys",
                                        vz_json_array (list), NULL)));
  return vz_json_array (users);
}

/* cloud-init's last action. If the script has not been run, the mark is not followed by 0. */
static JsonNode *
describe_end (void)
{
  JsonArray *condition = json_array_new ();

  json_array_add_string_element (condition, "sh");
  json_array_add_string_element (condition, "-c");
  json_array_add_string_element (condition,
                                 "mkdir -p /etc/cloud; touch /etc/cloud/cloud-init.disabled; sync");
  return vz_json_object (vz_json_new ("mode", vz_json_string ("poweroff"), "delay",
                                      vz_json_string ("now"), "timeout", vz_json_int (120),
                                      "condition", vz_json_array (condition), NULL));
}

static char *
make_config (const VzCloudSeed *self)
{
  const char *host_name = vz_guest_settings_get_host_name (self->settings);
  JsonObject *growth = vz_json_new_strings ("mode", "auto", NULL);
  JsonArray *devices = json_array_new ();
  JsonArray *kinds_of_keys = json_array_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_array_add_string_element (devices, "/");
  /* No RSA key, as in provision.sh: finding its primes takes long on an emulated processor. */
  json_array_add_string_element (kinds_of_keys, "ecdsa");
  json_array_add_string_element (kinds_of_keys, "ed25519");
  json_object_set_array_member (growth, "devices", devices);
  root = vz_json_object (vz_json_new ("hostname", vz_json_string (host_name), "users",
                                      describe_user (self->settings), "growpart",
                                      vz_json_object (growth), "resize_rootfs", vz_json_bool (TRUE),
                                      "power_state", describe_end (), "ssh_genkeytypes",
                                      vz_json_array (kinds_of_keys), NULL));
  text = json_to_string (root, TRUE);
  return g_strconcat ("#cloud-config\n", text, "\n", NULL);
}

static void
add_part (GString *mime, const char *type, gconstpointer data, gsize size, gboolean merge)
{
  g_autofree char *coded = g_base64_encode (data, size);

  g_string_append_printf (mime,
                          "--" BOUNDARY "\n"
                          "Content-Type: %s; charset=\"utf-8\"\n"
                          "MIME-Version: 1.0\n"
                          "Content-Transfer-Encoding: base64\n",
                          type);
  if (merge)
    g_string_append (mime, "Merge-Type: dict(no_replace,recurse_list)+list(append)+str()\n");
  g_string_append_c (mime, '\n');
  for (const char *at = coded; *at != '\0'; at += strnlen (at, LINE))
    g_string_append_printf (mime, "%.*s\n", LINE, at);
}

char *
vz_cloud_seed_dup_user_data (const VzCloudSeed *self)
{
  g_autofree char *config = make_config (self);
  g_autofree char *script =
    vz_provision_dup_reporting_script (self->settings, "in_boot=1", self->mark);
  GString *mime = g_string_new ("Content-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\n"
                                "MIME-Version: 1.0\n\n");

  add_part (mime, "text/cloud-config", config, strlen (config), FALSE);
  if (self->user_data != NULL)
    {
      gsize size;
      gconstpointer data = g_bytes_get_data (self->user_data, &size);

      add_part (mime, find_kind (self->user_data), data, size, TRUE);
    }
  add_part (mime, "text/x-shellscript", script, strlen (script), FALSE);
  g_string_append (mime, "--" BOUNDARY "--\n");
  return g_string_free (mime, FALSE);
}

static gboolean
run_tool (const char *const *argv, const char *package, int fd, GCancellable *cancellable,
          GError **error)
{
  VzRun run = {
    .argv = argv, .limit_ms = LIMIT_MS, .wants_output = TRUE, .wants_errors = TRUE, .fds = { fd }
  };
  g_autofree char *said = NULL;
  g_autoptr (GError) cause = NULL;
  int status = 0;

  if (!vz_run (&run, &status, &said, cancellable, &cause))
    {
      if (vz_error_is_cancelled (cause))
        g_propagate_error (error, g_steal_pointer (&cause));
      else
        vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "%s (package %s)", cause->message, package);
      return FALSE;
    }
  return g_spawn_check_wait_status (status, NULL) ||
         vz_fail (error, VZ_ERROR_IO, "%s failed: %s", argv[0], said);
}

static gboolean
add_file (const char *volume, const char *name, const char *text, GCancellable *cancellable,
          GError **error)
{
  g_autofree char *folder = g_path_get_dirname (volume);
  int fd VZ_AUTO_CLOSE = vz_file_open_nameless (folder, error);
  g_autofree char *from = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *to = g_strconcat ("::/", name, NULL);
  const char *argv[] = { "mcopy", "-i", volume, from, to, NULL };
  gsize size = strlen (text);

  if (fd < 0)
    return FALSE;
  if (write (fd, text, size) != (ssize_t) size)
    return vz_fail_errno (error, "cannot write '%s'", name);
  return run_tool (argv, "mtools", fd, cancellable, error);
}

static gboolean
make_volume (const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *program = g_find_program_in_path ("mkfs.vfat");
  const char *argv[] = { program != NULL ? program : "/usr/sbin/mkfs.vfat", "-n", "CIDATA", path,
                         NULL };
  int fd VZ_AUTO_CLOSE = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  if (fd < 0 || ftruncate (fd, VOLUME_SIZE) != 0)
    return vz_fail_errno (error, "cannot create '%s'", path);
  return run_tool (argv, "dosfstools", 0, cancellable, error);
}

gboolean
vz_cloud_seed_write (const VzCloudSeed *self, const char *path, GCancellable *cancellable,
                     GError **error)
{
  VZ_ERROR_PREFIX ("the volume for cloud-init");
  g_autofree char *user_data = vz_cloud_seed_dup_user_data (self);
  g_autoptr (JsonNode) node =
    vz_json_object (vz_json_new_strings ("instance-id", self->identifier, "local-hostname",
                                         vz_guest_settings_get_host_name (self->settings), NULL));
  g_autofree char *meta_data = json_to_string (node, FALSE);

  return make_volume (path, cancellable, error) &&
         add_file (path, "meta-data", meta_data, cancellable, error) &&
         add_file (path, "user-data", user_data, cancellable, error);
}
