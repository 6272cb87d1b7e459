/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "bundle/vz-machine-claim.h"
#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#define DIGEST_LENGTH 16

/* How this works
 *
 * The registry is a directory of symbolic links, one for each bundle: the target is its path, and
 * the name consists of the machine identifier, the directory's inode number and a digest of the
 * path. It only remembers where bundles were seen; losing it loses no machine. A missing bundle may
 * be on a disk that is not connected, so its link stays until the user deletes it, or until the
 * bundle, recognized by identifier and number, is found elsewhere. Apple's path, ~/VM.bundle, is
 * always checked. Links named by the identifier alone come from older versions. */

static char *
registry_directory (void)
{
  return g_build_filename (g_get_user_data_dir (), "vz", "bundles", NULL);
}

/* "IDENTIFIER-NUMBER-", the prefix of the names of all links to this very bundle. */
static char *
dup_prefix (VzBundle *bundle)
{
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (bundle, NULL);
  g_autofree char *name = NULL;
  struct stat st;

  if (identifier == NULL || stat (vz_bundle_get_directory (bundle), &st) != 0)
    return NULL;
  name = vz_machine_identifier_to_string (identifier);
  return g_strdup_printf ("%s-%" G_GINT64_MODIFIER "x-", name, (guint64) st.st_ino);
}

static char *
dup_name (const char *prefix, const char *path)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);

  digest[DIGEST_LENGTH] = '\0';
  return g_strconcat (prefix, digest, NULL);
}

typedef struct {
  char *name; /* of the link */
  char *link; /* its path */
  char *path; /* of the bundle */
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry->link);
  g_free (entry->path);
  g_free (entry);
}

/* NULL with @error, or without if there is no registry yet. */
static GPtrArray *
read_entries (GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);
  g_autofree char *directory = registry_directory ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &cause);
  const char *name;

  if (dir == NULL && !g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return vz_fail_because_null (error, VZ_ERROR_IO, cause, "cannot read the list of bundles");
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename (directory, name, NULL);
      g_autofree char *path = g_file_read_link (link, NULL);
      Entry *entry;

      if (path == NULL)
        continue;
      entry = g_new0 (Entry, 1);
      entry->name = g_strdup (name);
      entry->link = g_steal_pointer (&link);
      entry->path = g_steal_pointer (&path);
      g_ptr_array_add (entries, entry);
    }
  return g_steal_pointer (&entries);
}

/* Whether the entry is for this bundle under a former path or name. */
static gboolean
is_outdated (const Entry *entry, const char *prefix, const char *name, const char *path)
{
  if (g_str_equal (entry->name, name))
    return FALSE;
  return g_str_equal (entry->path, path) ||
         (g_str_has_prefix (entry->name, prefix) && !vz_file_is_there (entry->path));
}

/* Root, acting with a user's environment, must not leave files among that user's. */
static gboolean
may_write (const char *directory)
{
  g_autofree char *place = g_strdup (directory);
  struct stat st;

  while (stat (place, &st) != 0)
    {
      char *parent = g_path_get_dirname (place);

      g_free (place);
      place = parent;
      if (g_str_equal (place, "/") || g_str_equal (place, "."))
        break;
    }
  return stat (place, &st) == 0 && st.st_uid == geteuid ();
}

void
vz_bundle_registry_add (VzBundle *bundle)
{
  const char *path = vz_bundle_get_path (bundle);
  g_autofree char *directory = registry_directory ();
  g_autofree char *prefix = dup_prefix (bundle);
  g_autofree char *name = prefix != NULL ? dup_name (prefix, path) : NULL;
  g_autofree char *link = name != NULL ? g_build_filename (directory, name, NULL) : NULL;
  g_autoptr (GPtrArray) entries = NULL;

  if (link == NULL || !may_write (directory) || g_mkdir_with_parents (directory, 0700) != 0)
    return;
  if (!vz_fs_symlink (path, AT_FDCWD, link) && errno != EEXIST)
    return;
  entries = read_entries (NULL);
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const Entry *entry = entries->pdata[i];

      if (is_outdated (entry, prefix, name, path))
        unlink (entry->link);
    }
}

gboolean
vz_bundle_registry_remove_path (const char *path)
{
  g_autoptr (GPtrArray) entries = read_entries (NULL);
  gboolean removed = FALSE;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const Entry *entry = entries->pdata[i];

      if (g_str_equal (entry->path, path))
        removed |= unlink (entry->link) == 0;
    }
  return removed;
}

void
vz_bundle_registry_remove (VzBundle *bundle)
{
  vz_bundle_registry_remove_path (vz_bundle_get_path (bundle));
}

char *
vz_bundle_registry_find_other (VzBundle *bundle)
{
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (bundle, NULL);
  g_autoptr (GPtrArray) entries = read_entries (NULL);
  g_autofree char *ours = identifier != NULL ? vz_machine_identifier_to_string (identifier) : NULL;
  struct stat here, there;

  if (ours == NULL || stat (vz_bundle_get_directory (bundle), &here) != 0)
    return NULL;
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const Entry *entry = entries->pdata[i];

      if (g_str_has_prefix (entry->name, ours) && stat (entry->path, &there) == 0 &&
          (there.st_dev != here.st_dev || there.st_ino != here.st_ino))
        return g_strdup (entry->path);
    }
  return NULL;
}

static gboolean
contains (GPtrArray *bundles, const char *path)
{
  struct stat wanted, st;

  if (stat (path, &wanted) != 0)
    return FALSE;
  for (guint i = 0; i < bundles->len; i++)
    if (stat (vz_bundle_get_path (g_ptr_array_index (bundles, i)), &st) == 0 &&
        st.st_dev == wanted.st_dev && st.st_ino == wanted.st_ino)
      return TRUE;
  return FALSE;
}

static void
add (GPtrArray *bundles, const char *path)
{
  VzBundle *bundle = contains (bundles, path) ? NULL : vz_bundle_look (path, NULL);

  if (bundle != NULL)
    g_ptr_array_add (bundles, bundle);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static void
add_path (GPtrArray *paths, const char *path)
{
  struct stat wanted, st;
  gboolean is_there = stat (path, &wanted) == 0;

  for (guint i = 0; i < paths->len; i++)
    if (g_str_equal (paths->pdata[i], path) ||
        (is_there && stat (paths->pdata[i], &st) == 0 && st.st_dev == wanted.st_dev &&
         st.st_ino == wanted.st_ino))
      return;
  g_ptr_array_add (paths, g_strdup (path));
}

/* Where the bundle that process @pid has locked is now: the kernel follows a file that is moved. */
static char *
find_locked_bundle (int pid)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/fd", pid);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *fd;

  while (dir != NULL && (fd = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename (folder, fd, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);

      if (target != NULL && g_str_has_suffix (target, "/" VZ_BUNDLE_MACHINE_IDENTIFIER))
        return g_path_get_dirname (target);
    }
  return NULL;
}

/* Running machines are found by their locks, even if their bundles have been moved. */
static void
add_running (GPtrArray *paths)
{
  g_autofree char *base = vz_state_directory_dup_base ();
  g_autoptr (GDir) dir = g_dir_open (base, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *directory = g_build_filename (base, name, NULL);
      g_autoptr (VzHolder) holder = NULL;
      g_autofree char *path = NULL;

      if (!vz_machine_lock_look (directory, &holder) || holder == NULL || holder->bundle == NULL)
        continue;
      path = find_locked_bundle (holder->pid);
      if (path != NULL)
        add_path (paths, path);
    }
}

/* A bundle that was moved is listed once, at its new location. */
static gboolean
is_moved (const Entry *entry, GPtrArray *paths)
{
  if (vz_file_is_there (entry->path))
    return FALSE;
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (VzBundle) bundle = vz_bundle_look (paths->pdata[i], NULL);
      g_autofree char *prefix = bundle != NULL ? dup_prefix (bundle) : NULL;

      if (prefix != NULL && g_str_has_prefix (entry->name, prefix))
        return TRUE;
    }
  return FALSE;
}

/**
 * vz_bundle_list_paths:
 * @error: return location for an error, or %NULL
 *
 * Finds the paths of this user's bundles: those that were created or opened before, whether or not
 * they can be reached now, those whose machines are running, and `~/VM.bundle` if it exists.
 * Changes nothing.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1) (element-type filename): the paths,
 * sorted, or %NULL with %VZ_ERROR_IO when the registry cannot be read
 */
GStrv
vz_bundle_list_paths (GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) entries = read_entries (error);
  g_autofree char *usual = vz_bundle_dup_default_path ();
  GStrv result;

  if (entries == NULL)
    return NULL;
  add_running (paths);
  for (guint i = 0; i < entries->len; i++)
    if (vz_file_is_there (((Entry *) entries->pdata[i])->path))
      add_path (paths, ((Entry *) entries->pdata[i])->path);
  if (vz_file_is_there (usual))
    add_path (paths, usual);
  for (guint i = 0; i < entries->len; i++)
    if (!is_moved (entries->pdata[i], paths))
      add_path (paths, ((Entry *) entries->pdata[i])->path);
  g_ptr_array_sort (paths, compare_paths);
  result = g_new0 (char *, paths->len + 1);
  for (guint i = 0; i < paths->len; i++)
    result[i] = g_strdup (paths->pdata[i]);
  return result;
}

/**
 * vz_bundle_dup_default_path:
 *
 * Returns: (transfer full) (type filename): `~/VM.bundle`, which is used where no bundle is named
 */
char *
vz_bundle_dup_default_path (void)
{
  return g_build_filename (g_get_home_dir (), "VM.bundle", NULL);
}

/**
 * vz_bundle_forget:
 * @path: (type filename): a path from vz_bundle_list_paths()
 * @error: return location for an error, or %NULL
 *
 * Removes a bundle from the list; its files, wherever they are, are left untouched.
 *
 * Returns: whether it was on the list; otherwise @error is %VZ_ERROR_NOT_FOUND
 */
gboolean
vz_bundle_forget (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, FALSE);
  return vz_bundle_registry_remove_path (path) ||
         vz_fail (error, VZ_ERROR_NOT_FOUND, "'%s' is not in the list of bundles", path);
}

/**
 * vz_bundle_list:
 * @error: return location for an error, or %NULL
 *
 * Finds this user's bundles that exist now, see vz_bundle_list_paths().
 *
 * Returns: (transfer full) (element-type VzBundle) (nullable): the bundles, sorted by path, or
 *   %NULL with %VZ_ERROR_IO when the registry cannot be read
 */
GPtrArray *
vz_bundle_list (GError **error)
{
  g_autoptr (GPtrArray) bundles = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) paths = vz_bundle_list_paths (error);

  if (paths == NULL)
    return NULL;
  for (guint i = 0; paths[i] != NULL; i++)
    add (bundles, paths[i]);
  return g_steal_pointer (&bundles);
}
