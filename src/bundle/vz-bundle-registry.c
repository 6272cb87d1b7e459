/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-file-system.h"
#include "foundation/vz-file.h"
#include "foundation/vz-random.h"

/* How this works
 *
 * The registry is a directory of symbolic links, one a machine: the name is the machine identifier,
 * the target the bundle. It is only a memory of where bundles were seen: a link that leads nowhere
 * is dropped when it is come across, a bundle that was moved is registered again when it is opened,
 * and losing the directory loses no machine. Apple's place, ~/VM.bundle, is always looked at. */

static char *
registry_directory (void)
{
  return g_build_filename (g_get_user_data_dir (), "vz", "bundles", NULL);
}

static char *
link_path (VzBundle *bundle)
{
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (bundle, NULL);
  g_autofree char *directory = registry_directory ();
  g_autofree char *name = NULL;

  if (identifier == NULL)
    return NULL;
  name = vz_machine_identifier_to_string (identifier);
  return g_build_filename (directory, name, NULL);
}

void
vz_bundle_registry_add (VzBundle *bundle)
{
  const char *path = vz_bundle_get_path (bundle);
  g_autofree char *link = link_path (bundle);
  g_autofree char *target = link != NULL ? g_file_read_link (link, NULL) : NULL;
  g_autofree char *directory = registry_directory ();
  g_autofree char *temporary = NULL;
  guint64 number;

  if (link == NULL || g_strcmp0 (target, path) == 0 || g_mkdir_with_parents (directory, 0700) != 0)
    return;
  vz_random_bytes (&number, sizeof number);
  temporary = g_strdup_printf ("%s.%016" G_GINT64_MODIFIER "x", link, number);
  if (vz_fs_symlink (path, AT_FDCWD, temporary) && rename (temporary, link) != 0)
    unlink (temporary);
}

void
vz_bundle_registry_remove (VzBundle *bundle)
{
  g_autofree char *link = link_path (bundle);
  g_autofree char *target = link != NULL ? g_file_read_link (link, NULL) : NULL;

  if (g_strcmp0 (target, vz_bundle_get_path (bundle)) == 0)
    unlink (link);
}

char *
vz_bundle_registry_find_other (VzBundle *bundle)
{
  g_autofree char *link = link_path (bundle);
  g_autofree char *target = link != NULL ? g_file_read_link (link, NULL) : NULL;
  struct stat ours, other;

  if (target == NULL || stat (target, &other) != 0 || stat (vz_bundle_get_path (bundle), &ours) != 0)
    return NULL;
  if (ours.st_dev == other.st_dev && ours.st_ino == other.st_ino)
    return NULL;
  return g_steal_pointer (&target);
}

static gboolean
contains (GPtrArray *bundles, const char *path)
{
  struct stat wanted, st;

  if (stat (path, &wanted) != 0)
    return FALSE;
  for (guint i = 0; i < bundles->len; i++)
    if (stat (vz_bundle_get_path (g_ptr_array_index (bundles, i)), &st) == 0 && st.st_dev == wanted.st_dev &&
        st.st_ino == wanted.st_ino)
      return TRUE;
  return FALSE;
}

static void
add (GPtrArray *bundles, const char *path)
{
  VzBundle *bundle = contains (bundles, path) ? NULL : vz_bundle_open (path, NULL);

  if (bundle != NULL)
    g_ptr_array_add (bundles, bundle);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (vz_bundle_get_path (*(VzBundle *const *) a), vz_bundle_get_path (*(VzBundle *const *) b));
}

/**
 * vz_bundle_list:
 * @error: return location for an error, or %NULL
 *
 * Finds the bundles of this user: those that were created or opened before and are still there, and
 * `~/VM.bundle`.
 *
 * Returns: (transfer full) (element-type VzBundle) (nullable): the bundles by path, or %NULL with
 *   %VZ_ERROR_IO when the registry cannot be read
 */
GPtrArray *
vz_bundle_list (GError **error)
{
  g_autoptr (GPtrArray) bundles = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *directory = registry_directory ();
  g_autofree char *usual = g_build_filename (g_get_home_dir (), "VM.bundle", NULL);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &cause);
  const char *name;

  if (dir == NULL && !g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return vz_fail_null (error, VZ_ERROR_IO, "cannot read the list of bundles: %s", cause->message);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename (directory, name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);

      if (target == NULL)
        continue;
      if (vz_file_is_there (target))
        add (bundles, target);
      else if (errno == ENOENT)
        unlink (link);
    }
  add (bundles, usual);
  g_ptr_array_sort (bundles, compare_paths);
  return g_steal_pointer (&bundles);
}
