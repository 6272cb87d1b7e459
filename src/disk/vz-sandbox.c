/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-sandbox.h"

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"

#include <string.h>
#include <sys/wait.h>

#define LIMIT_MS (10 * 60 * 1000) /* without a line of output, on a busy host */
#define SCRATCH_FOLDER "/var/tmp" /* /tmp may be in memory */
#define EXIT_NO_PROGRAM 127 /* of vz-sandbox, as in shells */

static void
grant (GPtrArray *argv, VzRun *run, guint *n_fds, const char *how, int fd)
{
  if (fd <= 0)
    return;
  g_ptr_array_add (argv, g_strdup (how));
  g_ptr_array_add (argv, g_strdup_printf ("%d", fd));
  run->fds[(*n_fds)++] = fd;
}

gboolean
vz_sandbox_run (const VzSandbox *self, int *ret_wait_status, char **ret_output,
                GCancellable *cancellable, GError **error)
{
  g_autofree char *helper = vz_find_helper ("vz-sandbox", error);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  VzRun run = { .limit_ms = LIMIT_MS,
                .wants_output = TRUE,
                .wants_errors = !self->drops_errors,
                .counts_in_place = TRUE,
                .line = self->line,
                .user_data = self->user_data };
  guint n_fds = 0;

  if (helper == NULL)
    return FALSE;
  g_ptr_array_add (argv, g_steal_pointer (&helper));
  grant (argv, &run, &n_fds, "--read", self->read_fd);
  for (guint i = 0; i < VZ_SANDBOX_MORE_FDS && self->more_read_fds[i] > 0; i++)
    grant (argv, &run, &n_fds, "--read", self->more_read_fds[i]);
  grant (argv, &run, &n_fds, "--write", self->write_fd);
  g_ptr_array_add (argv, g_strdup ("--size"));
  g_ptr_array_add (argv, g_strdup_printf ("%" G_GUINT64_FORMAT, self->largest));
  g_ptr_array_add (argv, g_strdup ("--"));
  for (guint i = 0; self->argv[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (self->argv[i]));
  g_ptr_array_add (argv, NULL);
  run.argv = (const char *const *) argv->pdata;
  if (!vz_run (&run, ret_wait_status, ret_output, cancellable, error))
    return FALSE;
  return self->package == NULL || !WIFEXITED (*ret_wait_status) ||
         WEXITSTATUS (*ret_wait_status) != EXIT_NO_PROGRAM ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "%s is not installed (package %s)", self->argv[0],
                  self->package);
}

VzError
vz_sandbox_judge_words (const char *said, VzError otherwise)
{
  return strstr (said, "space left on device") != NULL ? VZ_ERROR_OUT_OF_DISK_SPACE : otherwise;
}

int
vz_sandbox_open_scratch (GError **error)
{
  const char *folder = g_getenv ("TMPDIR");

  return vz_file_open_nameless (folder != NULL && *folder != '\0' ? folder : SCRATCH_FOLDER, error);
}
