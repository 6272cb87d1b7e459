/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-paths.h"

#include "config.h"
#include "foundation/file/vz-owner.h"
#include "foundation/vz-fail.h"

static const char *
get_directory (const char *variable, const char *installed)
{
  const char *directory = g_getenv (variable);

  return directory != NULL && *directory != '\0' ? directory : installed;
}

const char *
vz_get_data_directory (void)
{
  return get_directory ("VZ_DATADIR", VZ_DATADIR);
}

const char *
vz_get_system_configuration_directory (void)
{
  return get_directory ("VZ_SYSCONFDIR", VZ_SYSCONFDIR);
}

static char *
find (const char *variable, const char *installed, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (get_directory (variable, installed), name, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND,
                         "'%s', a part of vz, is missing (%s can set its path)", path, variable);
  return g_steal_pointer (&path);
}

char *
vz_find_data (const char *name, GError **error)
{
  return find ("VZ_DATADIR", VZ_DATADIR, name, error);
}

char *
vz_find_helper (const char *name, GError **error)
{
  return find ("VZ_LIBEXECDIR", VZ_LIBEXECDIR, name, error);
}

char *
vz_make_cache_directory (const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "vz", name, NULL);

  if (!vz_owner_make_folders (path, 0700))
    return vz_fail_errno_null (error, "cannot create '%s'", path);
  return g_steal_pointer (&path);
}
