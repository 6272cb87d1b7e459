/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-iso-files.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk/vz-sandbox.h"
#include "disk/vz-unpack-status.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"

static gboolean
judge (int status, const char *said, guint64 max, GError **error)
{
  g_autofree char *limit = vz_size_format (max);

  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  switch (WIFEXITED (status) ? WEXITSTATUS (status) : 0)
    {
    case VZ_UNPACK_EMPTY:
      return vz_fail (error, VZ_ERROR_NOT_FOUND, "the CD has no such file");
    case VZ_UNPACK_TOO_LARGE:
      return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "it is larger than %s", limit);
    case VZ_UNPACK_CANNOT_WRITE:
      return vz_fail (error, vz_sandbox_judge_words (said, VZ_ERROR_IO), "it cannot be written: %s",
                      said);
    default:
      return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "it cannot be read: %s", said);
    }
}

gboolean
vz_iso_extract (const char *iso, const char *name, guint64 max, const char *path,
                GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX ("'%s', '%s'", iso, name);
  g_autofree char *helper = vz_find_helper ("vz-unpack", error);
  int in VZ_AUTO_CLOSE = helper != NULL ? open (iso, O_RDONLY | O_CLOEXEC) : -1;
  int out VZ_AUTO_CLOSE = in >= 0 ? open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
  g_autofree char *from = g_strdup_printf ("%d", in);
  g_autofree char *to = g_strdup_printf ("%d", out);
  g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, max);
  const char *argv[] = { helper, from, to, limit, "member", name, NULL };
  VzSandbox sandbox = { .argv = argv, .read_fd = in, .write_fd = out, .largest = max };
  g_autofree char *said = NULL;
  int status = 0;

  if (helper == NULL)
    return FALSE;
  if (out < 0)
    return vz_fail_errno (error, "cannot %s '%s'", in < 0 ? "read" : "create", in < 0 ? iso : path);
  return vz_sandbox_run (&sandbox, &status, &said, cancellable, error) &&
         judge (status, said != NULL ? said : "no reason is given", max, error);
}
