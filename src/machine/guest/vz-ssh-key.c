/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-ssh-key.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-owner.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"

#define LIMIT_MS 60000 /* for random numbers on a host that has just booted */

/* Runs ssh-keygen for a pair with the name @path. */
static gboolean
generate (const char *path, GError **error)
{
  const char *argv[] = {
    "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "vz", "-f", path, NULL
  };
  g_autofree char *program = g_find_program_in_path ("ssh-keygen");
  VzRun run = { .argv = argv, .limit_ms = LIMIT_MS, .wants_output = TRUE, .wants_errors = TRUE };
  g_autofree char *output = NULL;
  int status;

  if (program == NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "ssh-keygen is not installed (package openssh-client)");
  if (!vz_run (&run, &status, &output, NULL, error))
    return FALSE;
  if (!g_spawn_check_wait_status (status, NULL))
    return vz_fail (error, VZ_ERROR_IO, "ssh-keygen failed: %s", output);
  return TRUE;
}

/* The private key is written last: if it exists, the pair is complete. */
static gboolean
make_pair (const char *directory, const char *private_key, const char *public_key, GError **error)
{
  g_autofree char *new_private = g_build_filename (directory, "new", NULL);
  g_autofree char *new_public = g_strconcat (new_private, ".pub", NULL);

  g_unlink (new_private); /* ssh-keygen asks before it overwrites a leftover */
  if (!generate (new_private, error))
    return FALSE;
  vz_owner_follow_all (directory);
  if (g_rename (new_public, public_key) != 0 || g_rename (new_private, private_key) != 0)
    return vz_fail_errno (error, "cannot write '%s'", private_key);
  return TRUE;
}

char *
vz_ssh_key_dup_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "vz", "ssh", "id_ed25519", NULL);
}

char *
vz_ssh_key_ensure (GError **error)
{
  VZ_ERROR_PREFIX ("vz's key pair");
  g_autofree char *private_key = vz_ssh_key_dup_path ();
  g_autofree char *directory = g_path_get_dirname (private_key);
  g_autofree char *public_key = g_strconcat (private_key, ".pub", NULL);
  int lock VZ_AUTO_CLOSE = -1;

  if (!vz_owner_make_folders (directory, 0700))
    return vz_fail_errno_null (error, "cannot create '%s'", directory);
  /* Two simultaneous first installs must end up with the same pair. */
  lock = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0 || flock (lock, LOCK_EX) != 0)
    return vz_fail_errno_null (error, "cannot lock '%s'", directory);
  if (!vz_file_is_there (private_key) && !make_pair (directory, private_key, public_key, error))
    return NULL;
  return g_steal_pointer (&public_key);
}
