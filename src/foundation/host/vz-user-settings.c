/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-user-settings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"

#define FILE_NAME "vz.conf"
#define GROUP "mac"
#define MAX_SETTINGS (64 * 1024) /* bytes */

char *
vz_user_settings_dup_path (const char *name)
{
  return g_build_filename (g_get_user_config_dir (), "vz", name, NULL);
}

static gboolean
make_absolute (const char *path, const char *value, const char *key, char **ret_value,
               GError **error)
{
  if (g_str_has_prefix (value, "~/"))
    *ret_value = g_build_filename (g_get_home_dir (), value + 2, NULL);
  else if (g_path_is_absolute (value))
    *ret_value = g_strdup (value);
  else
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s': %s: '%s' found, must be an absolute path", path, key, value);
  return TRUE;
}

/* A missing file sets nothing. */
static gboolean
read_key (const char *path, const char *key, char **ret_value, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autofree char *value = NULL;

  if (access (path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
    return TRUE;
  data = vz_file_read (path, MAX_SETTINGS, error);
  if (data == NULL)
    return FALSE;
  if (!g_key_file_load_from_bytes (file, data, G_KEY_FILE_NONE, &cause))
    return vz_fail_because (error, VZ_ERROR_INVALID_ARGUMENT, cause, "cannot read '%s'", path);
  value = g_key_file_get_string (file, GROUP, key, NULL);
  return value == NULL || *value == '\0' || make_absolute (path, value, key, ret_value, error);
}

gboolean
vz_user_settings_get_path (const char *variable, const char *key, char **ret_value, GError **error)
{
  const char *value = g_getenv (variable);
  g_autofree char *own = vz_user_settings_dup_path (FILE_NAME);
  g_autofree char *system =
    g_build_filename (vz_get_system_configuration_directory (), FILE_NAME, NULL);

  *ret_value = NULL;
  if (value != NULL && *value != '\0')
    {
      *ret_value = g_canonicalize_filename (value, NULL);
      return TRUE;
    }
  return read_key (own, key, ret_value, error) &&
         (*ret_value != NULL || read_key (system, key, ret_value, error));
}
