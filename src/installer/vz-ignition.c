/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-ignition.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "installer/vz-provision.h"

/* How this works
 *
 * Ignition runs in the initial ramdisk of the first boot only. It makes the user and the files;
 * one of these is the script that vz runs in every guest (src/guest/provision.sh), and a unit
 * starts it when the servers are up. That unit reports, removes itself, and switches the machine
 * off when the boot is over.
 *
 * The facts, and their sources:
 *
 * - The configuration is JSON, and ignition.version is required ("Configuration Specification",
 *   coreos.github.io/ignition). Ignition accepts each version up to its own that has the same first
 *   number. So every Ignition 2.x accepts 3.0.0: that of all Fedora CoreOS, whose own base
 *   configuration has it, too, and that of Flatcar since 3185.0.0 (which goes up to 3.3.0, see
 *   "Ignition Specification", flatcar.org). Nothing here is newer than 3.0.0.
 * - Modes are decimal numbers. Contents are a URL, of which "data:" needs no network.
 * - "merge" is a list of configurations; each is merged into what there is so far, so that the
 *   last one wins for single values. Lists are joined, and items with the same key (a file's path,
 *   a user's or unit's name) become one. The user's has a version of its own.
 * - A group that does not exist makes Ignition fail. Both systems have "sudo" and "wheel".
 * - The provider for QEMU reads opt/com.coreos/config (internal/providers/qemu). Flatcar documents
 *   opt/org.flatcar-linux/config and also reads the other. */

#define VERSION "3.0.0"
#define USER_DATA_MAX (1 << 20)
#define SCRIPT "/etc/vz/first-boot"
#define UNIT "vz-first-boot.service"
#define MODE_FILE 0644
#define MODE_SCRIPT 0700
#define MODE_SUDOERS 0440

const char *const vz_ignition_names[] = { "opt/com.coreos/config", "opt/org.flatcar-linux/config",
                                          NULL };

/* /bin/sh starts it, as not every SELinux policy lets a service start a program in /etc. The SSH
 * server's keys must not be generated twice at once. */
static const char unit[] =
  "[Unit]\n"
  "Description=Settings from vz\n"
  "ConditionPathExists=" SCRIPT "\n"
  "After=local-fs.target sshd-keygen.target sshd-keygen.service sshd.service\n"
  "\n"
  "[Service]\n"
  "Type=simple\n"
  "ExecStart=/bin/sh " SCRIPT "\n"
  "\n"
  "[Install]\n"
  "WantedBy=multi-user.target\n";

/* What the first boot writes has to be complete before the machine is switched off. */
static const char end[] = "systemctl disable " UNIT " > /dev/null 2>&1 || :\n"
                          "rm -f /etc/systemd/system/" UNIT " " SCRIPT "\n"
                          "timeout 150 systemctl is-system-running --wait > /dev/null 2>&1 || :\n"
                          "sync\n"
                          "systemctl --no-block poweroff\n";

static char *
dup_data_url (const char *text)
{
  g_autofree char *coded = g_base64_encode ((const guchar *) text, strlen (text));

  return g_strconcat ("data:;base64,", coded, NULL);
}

static JsonNode *
describe_source (const char *text)
{
  g_autofree char *url = dup_data_url (text);

  return vz_json_object (vz_json_new_strings ("source", url, NULL));
}

static void
add_file (JsonArray *files, const char *path, gint64 mode, const char *text)
{
  json_array_add_element (files,
                          vz_json_object (vz_json_new ("path", vz_json_string (path), "overwrite",
                                                       vz_json_bool (TRUE), "mode",
                                                       vz_json_int (mode), "contents",
                                                       describe_source (text), NULL)));
}

static JsonNode *
describe_files (const VzIgnition *self)
{
  JsonArray *files = json_array_new ();
  g_autofree char *host_name =
    g_strconcat (vz_guest_settings_get_host_name (self->settings), "\n", NULL);
  g_autofree char *rule = g_strdup_printf ("%s ALL=(ALL:ALL) NOPASSWD: ALL\n",
                                           vz_guest_settings_get_user_name (self->settings));
  g_autofree char *report =
    vz_provision_dup_reporting_script (self->settings, "in_boot=1", self->mark);
  g_autofree char *script = g_strconcat (report, end, NULL);

  add_file (files, "/etc/hostname", MODE_FILE, host_name);
  add_file (files, "/etc/sudoers.d/90-vz", MODE_SUDOERS, rule);
  add_file (files, SCRIPT, MODE_SCRIPT, script);
  return vz_json_object (vz_json_new ("files", vz_json_array (files), NULL));
}

/* The user that vz creates everywhere: no password, sudo, the keys. */
static JsonNode *
describe_users (const VzIgnition *self)
{
  const char *const *keys = vz_guest_settings_get_ssh_authorized_keys (self->settings);
  JsonArray *list = json_array_new ();
  JsonArray *groups = json_array_new ();
  JsonArray *users = json_array_new ();

  for (guint i = 0; keys[i] != NULL; i++)
    json_array_add_string_element (list, keys[i]);
  json_array_add_string_element (groups, "sudo");
  json_array_add_string_element (groups, "wheel");
  json_array_add_element (users,
                          vz_json_object (vz_json_new (
                            "name",
                            vz_json_string (vz_guest_settings_get_user_name (self->settings)),
                            "groups", vz_json_array (groups), "shell", vz_json_string ("/bin/bash"),
                            "sshAuthorizedKeys", vz_json_array (list), NULL)));
  return vz_json_object (vz_json_new ("users", vz_json_array (users), NULL));
}

static JsonNode *
describe_units (void)
{
  JsonArray *units = json_array_new ();

  json_array_add_element (units,
                          vz_json_object (vz_json_new ("name", vz_json_string (UNIT), "enabled",
                                                       vz_json_bool (TRUE), "contents",
                                                       vz_json_string (unit), NULL)));
  return vz_json_object (vz_json_new ("units", vz_json_array (units), NULL));
}

static char *
make_own (const VzIgnition *self)
{
  return vz_json_to_line (vz_json_new ("ignition",
                                       vz_json_object (vz_json_new_strings ("version", VERSION,
                                                                            NULL)),
                                       "passwd", describe_users (self), "storage",
                                       describe_files (self), "systemd", describe_units (), NULL));
}

/* Ours comes last: for single values the command line takes precedence. */
char *
vz_ignition_dup_config (const VzIgnition *self)
{
  g_autofree char *own = make_own (self);
  g_autofree char *user = NULL;
  JsonArray *merge;

  if (self->user_data == NULL)
    return g_steal_pointer (&own);
  user = g_strndup (g_bytes_get_data (self->user_data, NULL), g_bytes_get_size (self->user_data));
  merge = json_array_new ();
  json_array_add_element (merge, describe_source (user));
  json_array_add_element (merge, describe_source (own));
  return vz_json_to_line (vz_json_new (
    "ignition",
    vz_json_object (vz_json_new ("version", vz_json_string (VERSION), "config",
                                 vz_json_object (vz_json_new ("merge", vz_json_array (merge),
                                                              NULL)),
                                 NULL)),
    NULL));
}

/* The YAML that people write, which Ignition itself does not read. */
static gboolean
is_butane (const char *text, gsize size)
{
  g_autofree char *copy = g_strndup (text, size);

  return g_regex_match_simple ("^variant:", copy, G_REGEX_MULTILINE, 0) &&
         g_regex_match_simple ("^version:", copy, G_REGEX_MULTILINE, 0);
}

static gboolean
check_version (JsonObject *object, const char *path, GError **error)
{
  const char *version =
    vz_json_get_string (vz_json_as_object (json_object_get_member (object, "ignition")), "version");

  if (version == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s' is not a configuration for Ignition: it has no ignition.version", path);
  return g_regex_match_simple ("^3\\.[0-9]+\\.[0-9]+(-experimental)?$", version, 0, 0) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "'%s': ignition.version is '%s', must be 3.x, such as " VERSION, path, version);
}

/* What is passed on is serialized anew, since the parser here may accept more than Ignition
 * does. */
GBytes *
vz_ignition_read (const char *path, GError **error)
{
  g_autoptr (GBytes) data = vz_file_read (path, USER_DATA_MAX, error);
  g_autoptr (JsonObject) object = NULL;
  gsize size;
  const char *text;
  char *line;

  if (data == NULL)
    return NULL;
  text = g_bytes_get_data (data, &size);
  object = size > 0 ? vz_json_parse (text, size) : NULL;
  if (object == NULL && size > 0 && is_butane (text, size))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s' is a Butane configuration, in YAML; 'butane --strict %s' makes the "
                         "JSON for Ignition of it",
                         path, path);
  if (object == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s' is not a configuration for Ignition: it is not a JSON object", path);
  if (!check_version (object, path, error))
    return NULL;
  line = vz_json_to_line (json_object_ref (object));
  return g_bytes_new_take (line, strlen (line));
}
