/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-sandbox.h"

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"

#include <sys/wait.h>

#define LIMIT_MS (10 * 60 * 1000) /* between two lines, on a busy host */
#define SCRATCH_FOLDER "/var/tmp" /* /tmp may be memory */
#define EXIT_NO_PROGRAM 127 /* of vz-sandbox, as of shells */

gboolean
vz_sandbox_run (const VzSandbox *self, int *ret_wait_status, char **ret_output,
                GCancellable *cancellable, GError **error)
{
  g_autofree char *helper = vz_find_helper ("vz-sandbox", error);
  g_autofree char *read_fd = g_strdup_printf ("%d", self->read_fd);
  g_autofree char *write_fd = g_strdup_printf ("%d", self->write_fd);
  g_autofree char *largest = g_strdup_printf ("%" G_GUINT64_FORMAT, self->largest);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  VzRun run = { .limit_ms = LIMIT_MS,
                .wants_output = TRUE,
                .wants_errors = TRUE,
                .fd = self->read_fd > 0 ? self->read_fd : self->write_fd,
                .other_fd = self->read_fd > 0 ? self->write_fd : 0,
                .counts_in_place = TRUE,
                .line = self->line,
                .user_data = self->user_data };

  if (helper == NULL)
    return FALSE;
  g_ptr_array_add (argv, helper);
  if (self->read_fd > 0)
    {
      g_ptr_array_add (argv, (gpointer) "--read");
      g_ptr_array_add (argv, read_fd);
    }
  if (self->write_fd > 0)
    {
      g_ptr_array_add (argv, (gpointer) "--write");
      g_ptr_array_add (argv, write_fd);
    }
  g_ptr_array_add (argv, (gpointer) "--size");
  g_ptr_array_add (argv, largest);
  g_ptr_array_add (argv, (gpointer) "--");
  for (guint i = 0; self->argv[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) self->argv[i]);
  g_ptr_array_add (argv, NULL);
  run.argv = (const char *const *) argv->pdata;
  if (!vz_run (&run, ret_wait_status, ret_output, cancellable, error))
    return FALSE;
  return self->package == NULL || !WIFEXITED (*ret_wait_status) ||
         WEXITSTATUS (*ret_wait_status) != EXIT_NO_PROGRAM ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "%s is not installed (package %s)", self->argv[0],
                  self->package);
}

int
vz_sandbox_open_scratch (GError **error)
{
  const char *folder = g_getenv ("TMPDIR");

  return vz_file_open_nameless (folder != NULL && *folder != '\0' ? folder : SCRATCH_FOLDER, error);
}
