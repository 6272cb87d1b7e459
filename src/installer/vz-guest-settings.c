/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-guest-settings.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-host-name.h"
#include "installer/vz-guest-rules.h"
#include "machine/guest/vz-ssh-key.h"

#define KEY_FILE_MAXIMUM (64 * 1024)
#define KEYS_MAXIMUM 100 /* all of them go to the guest's agent in one message */

/**
 * VzGuestSettings:
 *
 * The settings that personalize a freshly restored guest: host name, user, keys, consoles. A
 * restore image holds none of these; #VzInstaller writes them in the guest's first boot. On a Mac
 * the guest's own Setup Assistant does this. Not in Apple's framework.
 *
 * QEMU: not involved; the guest agent writes them.
 *
 * Since: 0.1
 */
struct _VzGuestSettings {
  GObject parent_instance;
  char *host_name;
  char *user_name;
  GStrv keys; /* never NULL */
  gboolean console_login;
};

enum { PROP_HOST_NAME = 1, PROP_USER_NAME, PROP_SSH_AUTHORIZED_KEYS, PROP_CONSOLE_LOGIN, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (VzGuestSettings, vz_guest_settings, G_TYPE_OBJECT)

static void
vz_guest_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzGuestSettings *self = VZ_GUEST_SETTINGS (object);

  switch (id)
    {
    case PROP_HOST_NAME:
      g_value_set_string (value, self->host_name);
      break;
    case PROP_USER_NAME:
      g_value_set_string (value, self->user_name);
      break;
    case PROP_SSH_AUTHORIZED_KEYS:
      g_value_set_boxed (value, self->keys);
      break;
    case PROP_CONSOLE_LOGIN:
      g_value_set_boolean (value, self->console_login);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_guest_settings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VzGuestSettings *self = VZ_GUEST_SETTINGS (object);

  switch (id)
    {
    case PROP_HOST_NAME:
      vz_guest_settings_set_host_name (self, g_value_get_string (value));
      break;
    case PROP_USER_NAME:
      vz_guest_settings_set_user_name (self, g_value_get_string (value));
      break;
    case PROP_SSH_AUTHORIZED_KEYS:
      vz_guest_settings_set_ssh_authorized_keys (self, g_value_get_boxed (value));
      break;
    case PROP_CONSOLE_LOGIN:
      vz_guest_settings_set_console_login (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_guest_settings_finalize (GObject *object)
{
  VzGuestSettings *self = VZ_GUEST_SETTINGS (object);

  g_free (self->host_name);
  g_free (self->user_name);
  g_strfreev (self->keys);
  G_OBJECT_CLASS (vz_guest_settings_parent_class)->finalize (object);
}

static void
vz_guest_settings_class_init (VzGuestSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vz_guest_settings_get_property;
  object_class->set_property = vz_guest_settings_set_property;
  object_class->finalize = vz_guest_settings_finalize;

  /**
   * VzGuestSettings:host-name: (getter get_host_name) (setter set_host_name)
   *
   * The guest's host name, with or without a domain; `vz` by default.
   */
  props[PROP_HOST_NAME] = g_param_spec_string ("host-name", NULL, NULL, "vz", flags);
  /**
   * VzGuestSettings:user-name: (getter get_user_name) (setter set_user_name)
   *
   * The name of the user with number 1000, who may become root with `sudo` without a password. By
   * default it is the name of the user who runs this program, if the guest can use it, otherwise
   * `user`.
   */
  props[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, "user", flags);
  /**
   * VzGuestSettings:ssh-authorized-keys: (getter get_ssh_authorized_keys) (setter set_ssh_authorized_keys)
   *
   * The public keys with which the user can log in over SSH, one line each.
   */
  props[PROP_SSH_AUTHORIZED_KEYS] =
    g_param_spec_boxed ("ssh-authorized-keys", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * VzGuestSettings:console-login: (getter get_console_login) (setter set_console_login)
   *
   * Whether the user is logged in on the serial console and on the screen without being asked;
   * %TRUE by default. Only users who may read the VM bundle can reach the consoles.
   */
  props[PROP_CONSOLE_LOGIN] = g_param_spec_boolean ("console-login", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vz_guest_settings_init (VzGuestSettings *self)
{
  g_autofree char *wrong = vz_guest_rule_user_name (g_get_user_name ());

  self->host_name = g_strdup ("vz");
  self->user_name = g_strdup (wrong == NULL ? g_get_user_name () : "user");
  self->keys = g_new0 (char *, 1);
  self->console_login = TRUE;
}

/**
 * vz_guest_settings_new:
 *
 * Returns: (transfer full): settings with default values and without keys
 */
VzGuestSettings *
vz_guest_settings_new (void)
{
  return g_object_new (VZ_TYPE_GUEST_SETTINGS, NULL);
}

static void
set_text (VzGuestSettings *self, char **member, const char *text, guint id)
{
  if (g_strcmp0 (*member, text) == 0)
    return;
  g_free (*member);
  *member = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

/**
 * vz_guest_settings_get_host_name: (get-property host-name)
 * @self: settings
 *
 * Returns: (transfer none) (nullable): the guest's host name
 */
const char *
vz_guest_settings_get_host_name (VzGuestSettings *self)
{
  g_return_val_if_fail (VZ_IS_GUEST_SETTINGS (self), NULL);
  return self->host_name;
}

/**
 * vz_guest_settings_set_host_name: (set-property host-name)
 * @self: settings
 * @host_name: (nullable): parts of letters, digits and inner '-', separated by '.', at most 64
 *   characters (RFC 1123)
 *
 * Sets the host name; vz_guest_settings_validate() checks it.
 */
void
vz_guest_settings_set_host_name (VzGuestSettings *self, const char *host_name)
{
  g_return_if_fail (VZ_IS_GUEST_SETTINGS (self));
  set_text (self, &self->host_name, host_name, PROP_HOST_NAME);
}

/**
 * vz_guest_settings_derive_host_name:
 * @path: (type filename): where the machine's bundle is
 *
 * Derives a host name from a bundle's name: `My VM.bundle` gives `my-vm`. It is always valid, and
 * the same for the same name; `vm` when nothing of the name can be used.
 *
 * Returns: (transfer full): a host name without a domain
 */
char *
vz_guest_settings_derive_host_name (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);
  return vz_host_name_derive (path);
}

/**
 * vz_guest_settings_check_host_name:
 * @host_name: the text to check
 * @error: return location for an error, or %NULL
 *
 * Checks whether a guest can have this host name: letters, digits and inner `-`, in parts of at
 * most 63 characters separated by `.`, and at most 64 characters in all.
 *
 * Returns: whether it can; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT
 */
gboolean
vz_guest_settings_check_host_name (const char *host_name, GError **error)
{
  g_autofree char *wrong = NULL;

  g_return_val_if_fail (host_name != NULL, FALSE);
  wrong = vz_host_name_judge (host_name);
  return wrong == NULL ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' found, %s", host_name, wrong);
}

/**
 * vz_guest_settings_get_user_name: (get-property user-name)
 * @self: settings
 *
 * Returns: (transfer none) (nullable): the user's name
 */
const char *
vz_guest_settings_get_user_name (VzGuestSettings *self)
{
  g_return_val_if_fail (VZ_IS_GUEST_SETTINGS (self), NULL);
  return self->user_name;
}

/**
 * vz_guest_settings_set_user_name: (set-property user-name)
 * @self: settings
 * @user_name: (nullable): lower-case letters, digits, '_' and '-', at most 32 characters
 *
 * Sets the user's name; vz_guest_settings_validate() checks it.
 */
void
vz_guest_settings_set_user_name (VzGuestSettings *self, const char *user_name)
{
  g_return_if_fail (VZ_IS_GUEST_SETTINGS (self));
  set_text (self, &self->user_name, user_name, PROP_USER_NAME);
}

/**
 * vz_guest_settings_get_ssh_authorized_keys: (get-property ssh-authorized-keys)
 * @self: settings
 *
 * Returns: (transfer none) (array zero-terminated=1): the keys, one line each
 */
const char *const *
vz_guest_settings_get_ssh_authorized_keys (VzGuestSettings *self)
{
  g_return_val_if_fail (VZ_IS_GUEST_SETTINGS (self), NULL);
  return (const char *const *) self->keys;
}

/**
 * vz_guest_settings_set_ssh_authorized_keys: (set-property ssh-authorized-keys)
 * @self: settings
 * @keys: (nullable) (array zero-terminated=1): public keys, one line each; %NULL for none
 *
 * Sets the keys; vz_guest_settings_validate() checks them.
 */
void
vz_guest_settings_set_ssh_authorized_keys (VzGuestSettings *self, const char *const *keys)
{
  static const char *const none[] = { NULL };
  const char *const *wanted = keys != NULL ? keys : none;

  g_return_if_fail (VZ_IS_GUEST_SETTINGS (self));
  if (g_strv_equal ((const char *const *) self->keys, wanted))
    return;
  g_strfreev (self->keys);
  self->keys = g_strdupv ((GStrv) wanted);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SSH_AUTHORIZED_KEYS]);
}

/**
 * vz_guest_settings_get_console_login: (get-property console-login)
 * @self: settings
 *
 * Returns: whether the consoles log the user in
 */
gboolean
vz_guest_settings_get_console_login (VzGuestSettings *self)
{
  g_return_val_if_fail (VZ_IS_GUEST_SETTINGS (self), FALSE);
  return self->console_login;
}

/**
 * vz_guest_settings_set_console_login: (set-property console-login)
 * @self: settings
 * @console_login: whether the consoles log the user in
 *
 * Sets whether the user is logged in on the consoles.
 */
void
vz_guest_settings_set_console_login (VzGuestSettings *self, gboolean console_login)
{
  g_return_if_fail (VZ_IS_GUEST_SETTINGS (self));
  console_login = console_login != FALSE;
  if (self->console_login == console_login)
    return;
  self->console_login = console_login;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONSOLE_LOGIN]);
}

static void
add_key (VzGuestSettings *self, const char *key)
{
  guint n = g_strv_length (self->keys);

  if (g_strv_contains ((const char *const *) self->keys, key))
    return;
  self->keys = g_renew (char *, self->keys, n + 2);
  self->keys[n] = g_strdup (key);
  self->keys[n + 1] = NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SSH_AUTHORIZED_KEYS]);
}

/**
 * vz_guest_settings_add_ssh_key_file:
 * @self: settings
 * @path: (type filename): a file with public keys, one per line, as ssh-keygen writes it; empty
 *   lines and lines that begin with '#' are skipped
 * @error: return location for an error, or %NULL
 *
 * Adds the keys in a file, except those that are already there.
 *
 * Returns: whether all are valid; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT with the line,
 *   %VZ_ERROR_NOT_FOUND or %VZ_ERROR_IO, and no key is added
 */
gboolean
vz_guest_settings_add_ssh_key_file (VzGuestSettings *self, const char *path, GError **error)
{
  g_autoptr (GBytes) data = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint found = 0;

  g_return_val_if_fail (VZ_IS_GUEST_SETTINGS (self) && path != NULL, FALSE);
  data = vz_file_read (path, KEY_FILE_MAXIMUM, error);
  if (data == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *wrong = NULL;

      g_strstrip (lines[i]);
      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      wrong = vz_guest_rule_ssh_key (lines[i]);
      if (wrong != NULL)
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s', line %u: %s", path, i + 1, wrong);
      found++;
    }
  if (found == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' has no public key", path);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && lines[i][0] != '#')
      add_key (self, lines[i]);
  return TRUE;
}

/**
 * vz_guest_settings_add_own_ssh_keys:
 * @self: settings
 * @error: return location for an error, or %NULL
 *
 * Adds the public key of the key pair with which vz itself logs in to its machines, generating the
 * pair if there is none yet (`vz/ssh/id_ed25519` in the user's data directory), and any of the
 * user's own public keys that have their usual names in `~/.ssh`.
 *
 * Returns: whether vz's key could be added; otherwise @error is %VZ_ERROR_NOT_SUPPORTED when
 *   ssh-keygen is not installed, or %VZ_ERROR_IO
 */
gboolean
vz_guest_settings_add_own_ssh_keys (VzGuestSettings *self, GError **error)
{
  static const char *const names[] = { "id_ed25519.pub", "id_ecdsa.pub", "id_rsa.pub",
                                       "id_ed25519_sk.pub", "id_ecdsa_sk.pub" };
  g_autofree char *own = NULL;

  g_return_val_if_fail (VZ_IS_GUEST_SETTINGS (self), FALSE);
  own = vz_ssh_key_ensure (error);
  if (own == NULL || !vz_guest_settings_add_ssh_key_file (self, own, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (g_get_home_dir (), ".ssh", names[i], NULL);

      /* A missing or odd key is the user's business: nobody asked for it by name. */
      vz_guest_settings_add_ssh_key_file (self, path, NULL);
    }
  return TRUE;
}

static void
judge (GString *problems, const char *property, const char *text, char *wrong)
{
  if (wrong != NULL)
    g_string_append_printf (problems, "%s%s: '%.80s' found, %s", problems->len > 0 ? "\n" : "",
                            property, text != NULL ? text : "", wrong);
  g_free (wrong);
}

/**
 * vz_guest_settings_validate:
 * @self: settings
 * @error: return location for an error, or %NULL
 *
 * Checks all settings against what the guest accepts: the host name by RFC 1123, the user name by
 * the rules of useradd, and the keys by their form. All problems are reported at once, one line
 * each.
 *
 * Returns: whether all are valid; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT
 */
gboolean
vz_guest_settings_validate (VzGuestSettings *self, GError **error)
{
  g_autoptr (GString) problems = g_string_new (NULL);
  guint n_keys;

  g_return_val_if_fail (VZ_IS_GUEST_SETTINGS (self), FALSE);
  n_keys = g_strv_length (self->keys);
  judge (problems, "host-name", self->host_name, vz_host_name_judge (self->host_name));
  judge (problems, "user-name", self->user_name, vz_guest_rule_user_name (self->user_name));
  if (n_keys > KEYS_MAXIMUM)
    g_string_append_printf (problems, "%sssh-authorized-keys: %u found, at most %d are allowed",
                            problems->len > 0 ? "\n" : "", n_keys, KEYS_MAXIMUM);
  for (guint i = 0; i < n_keys && i < KEYS_MAXIMUM; i++)
    judge (problems, "ssh-authorized-keys", self->keys[i], vz_guest_rule_ssh_key (self->keys[i]));
  if (problems->len == 0)
    return TRUE;
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s", problems->str);
}
