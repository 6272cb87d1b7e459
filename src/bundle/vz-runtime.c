/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-runtime.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "foundation/file/vz-owner.h"
#include "foundation/vz-fail.h"

#define LONGEST_SOCKET "/console.sock"

/* A directory of this user that nobody else can enter. Created if it does not exist. A link is
 * refused: in a world-writable directory, another user may have put it there. */
static gboolean
make_private (const char *path, GError **error)
{
  struct stat st;

  if (!vz_owner_make_folder (path, 0700) && errno != EEXIST)
    return vz_fail_errno (error, "cannot create the directory '%s'", path);
  if (lstat (path, &st) != 0)
    return vz_fail_errno (error, "cannot access the directory '%s'", path);
  if (!S_ISDIR (st.st_mode))
    return vz_fail (error, VZ_ERROR_IO, "'%s' is not a directory", path);
  if (!vz_owner_is_ours (path, st.st_uid))
    return vz_fail (error, VZ_ERROR_IO, "directory '%s' belongs to user %u, not to this user", path,
                    (guint) st.st_uid);
  if ((st.st_mode & 077) != 0 && chmod (path, 0700) != 0)
    return vz_fail_errno (error, "cannot make the directory '%s' private", path);
  return TRUE;
}

/* Where this user's programs keep sockets. Only $XDG_RUNTIME_DIR and /run/user are sure to be
 * cleared on restart; the directory in /tmp is for sessions without a login manager. */
static char *
dup_base (void)
{
  const char *named = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *run = NULL;
  struct stat st;

  if (named != NULL && g_path_is_absolute (named))
    return g_build_filename (named, "vz", NULL);
  run = g_strdup_printf ("/run/user/%u", (guint) geteuid ());
  if (lstat (run, &st) == 0 && S_ISDIR (st.st_mode) && st.st_uid == geteuid ())
    return g_build_filename (run, "vz", NULL);
  return g_strdup_printf ("/tmp/vz-%u", (guint) geteuid ());
}

static char *
dup_user_name (uid_t uid)
{
  struct passwd *entry = getpwuid (uid);

  return entry != NULL ? g_strdup (entry->pw_name) : g_strdup_printf ("%u", (guint) uid);
}

/* After su or sudo the variable often still names another user's directory, which we should not
 * write to even if we can. */
static gboolean
check_owner (GError **error)
{
  const char *named = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *owner = NULL;
  g_autofree char *user = NULL;
  struct stat st;

  if (named == NULL || !g_path_is_absolute (named) || stat (named, &st) != 0 ||
      st.st_uid == geteuid ())
    return TRUE;
  owner = dup_user_name (st.st_uid);
  user = dup_user_name (geteuid ());
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "XDG_RUNTIME_DIR is '%s', which belongs to user '%s', not to '%s'; unset it, or "
                  "log in again as '%s'",
                  named, owner, user, user);
}

/**
 * vz_runtime_directory_for:
 * @identifier: the machine
 * @error: return location for an error, or %NULL
 *
 * Creates, if needed, the directory for the machine's sockets while it runs. It is
 * `$XDG_RUNTIME_DIR/vz/<16 hex digits>`; without that variable, `/run/user/<uid>` is used in its
 * place, and without that directory, `/tmp/vz-<uid>`. Only this user can enter it.
 *
 * Returns: (transfer full) (type filename): the directory, or %NULL with %VZ_ERROR_IO, or with
 *   %VZ_ERROR_NOT_SUPPORTED when its name is too long for a socket in it
 */
char *
vz_runtime_directory_for (VzMachineIdentifier *identifier, GError **error)
{
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  VZ_ERROR_PREFIX ("runtime directory");

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (identifier), NULL);
  base = dup_base ();
  if (!check_owner (error) || !make_private (base, error))
    return NULL;
  name = vz_machine_identifier_to_string (identifier);
  path = g_build_filename (base, name, NULL);
  if (strlen (path) + strlen (LONGEST_SOCKET) >= sizeof ((struct sockaddr_un *) NULL)->sun_path)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "'%s' is too long for a socket's path; set a shorter XDG_RUNTIME_DIR",
                         path);
  if (!make_private (path, error))
    return NULL;
  return g_steal_pointer (&path);
}

char *
vz_state_directory_dup_base (void)
{
  return g_build_filename (g_get_user_state_dir (), "vz", NULL);
}

/**
 * vz_state_directory_for:
 * @identifier: the machine
 * @error: return location for an error, or %NULL
 *
 * Creates, if needed, the directory for the machine's logs and for the lock of its identifier:
 * `$XDG_STATE_HOME/vz/<16 hex digits>`.
 *
 * Returns: (transfer full) (type filename): the directory, or %NULL with %VZ_ERROR_IO
 */
char *
vz_state_directory_for (VzMachineIdentifier *identifier, GError **error)
{
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  VZ_ERROR_PREFIX ("state directory");

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (identifier), NULL);
  base = vz_state_directory_dup_base ();
  if (!vz_owner_make_folders (base, 0700))
    return vz_fail_errno_null (error, "cannot create the directory '%s'", base);
  name = vz_machine_identifier_to_string (identifier);
  path = g_build_filename (base, name, NULL);
  if (!make_private (path, error))
    return NULL;
  return g_steal_pointer (&path);
}
