/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/copy-tar.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "foundation/vz-fail.h"
#include "tool/machine/copy-stream.h"
#include "tool/vz-tool.h"

/* GNU tar's status 1 means files that changed or vanished in the meantime, which it has named.
 * Names come from find, one per line; one that contains a line break is not recognized, and is
 * included. */
const char copy_tar_pack_script[] =
  "cd -- \"$1\" || exit 2\n"
  "special=$(find \"$2\" \\( -type b -o -type c -o -type p -o -type s \\) 2>/dev/null)\n"
  "[ -z \"$special\" ] || printf '%s\\n' \"$special\" | sed 's/^\\.\\/*/left out, being no file: "
  "/' >&2\n"
  "case $(tar --version 2>&1) in\n"
  "*GNU*) printf '%s\\n' \"$special\" |\n"
  "  tar -c -S $3 --warning=no-file-ignored --anchored --no-wildcards -X - -f - \"$2\" || [ $? = 1 "
  "] ;;\n"
  "*) tar -c $3 -f - \"$2\" ;;\n"
  "esac\n";

/* What a guest sends is untrusted. */
static const char clean_script[] =
  "find \"$1\" \\( -type b -o -type c \\) -delete -o -type f -perm /6000 -exec chmod ug-s {} +";

static gboolean
start (CopyTar *self, gboolean packs, const char *const *argv, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) cause = NULL;
  int ends[2];

  /* The user's own tar options (such as exclusions) are not meant for ours. */
  g_subprocess_launcher_unsetenv (launcher, "TAR_OPTIONS");
  /* Unquoted names, and messages that we recognize. */
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  self->said = memfd_create ("said", MFD_CLOEXEC);
  if (self->said < 0 || pipe2 (ends, O_CLOEXEC) != 0)
    return vz_fail_errno (error, "cannot create a pipe");
  self->fd = packs ? ends[0] : ends[1];
  if (packs)
    g_subprocess_launcher_take_stdout_fd (launcher, ends[1]);
  else
    g_subprocess_launcher_take_stdin_fd (launcher, ends[0]);
  g_subprocess_launcher_take_stderr_fd (launcher, fcntl (self->said, F_DUPFD_CLOEXEC, 3));
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &cause);
  if (self->process != NULL)
    return TRUE;
  close (self->fd);
  close (self->said);
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "folders are copied with tar: %s", cause->message);
}

gboolean
copy_tar_pack (CopyTar *self, const char *folder, const char *member, GError **error)
{
  const char *follows = g_str_equal (member, ".") ? "" : "-h";
  const char *argv[] = {
    "sh", "-c", copy_tar_pack_script, "vz-copy", folder, member, follows, NULL
  };

  return start (self, TRUE, argv, error);
}

gboolean
copy_tar_unpack (CopyTar *self, const char *folder, GError **error)
{
  const char *argv[] = { "tar", "-x", "-p", "-o", "-f", "-", "-C", folder, NULL };

  return start (self, FALSE, argv, error);
}

/* A full disk is reported to scripts as such, on whichever side. GNU tar gives the reason only for
 * a write that wrote nothing; a partial write has the same one. */
static gboolean
fail_for_said (const char *said, GError **error)
{
  static const struct {
    const char *text;
    int number;
  } rows[] = { { "No space left on device", ENOSPC },
               { "Wrote only ", ENOSPC },
               { "Disk quota exceeded", EDQUOT } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strstr (said, rows[i].text) != NULL)
      {
        errno = rows[i].number;
        return vz_fail_errno (error, "cannot write the copy");
      }
  return vz_fail (error, VZ_ERROR_IO, "%s", *said != '\0' ? said : "tar was killed");
}

gboolean
copy_tar_end (CopyTar *self, GError *cause, gboolean broken, GError **error)
{
  g_autofree char *said = NULL;
  gboolean ok;

  /* Its stream is closed, which ends it, unless it is searching a large folder for a file. */
  if (cause != NULL && !broken)
    g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  said = copy_stream_dup_said (self->said);
  ok = g_subprocess_get_successful (self->process);
  g_clear_object (&self->process);
  close (self->said);
  if (cause != NULL && (ok || !broken || vz_error_is_cancelled (cause)))
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  g_clear_error (&cause);
  if (!ok)
    return fail_for_said (said, error);
  if (*said != '\0')
    tool_say ("note: %s", said);
  return TRUE;
}

static gboolean
run_script (const char *script, const char *first, const char *second, const char *purpose,
            GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &cause, "sh",
                                                      "-c", script, "vz-copy", first, second, NULL);
  g_autoptr (GBytes) errors = NULL;
  g_autofree char *text = NULL;

  if (process == NULL || !g_subprocess_communicate (process, NULL, NULL, NULL, &errors, &cause))
    return vz_fail (error, VZ_ERROR_IO, "%s: %s", purpose, cause->message);
  if (g_subprocess_get_successful (process))
    return TRUE;
  text = g_strndup (g_bytes_get_data (errors, NULL), g_bytes_get_size (errors));
  return vz_fail (error, VZ_ERROR_IO, "%s: %s", purpose, g_strstrip (text));
}

gboolean
copy_tar_clean (const char *folder, GError **error)
{
  return run_script (clean_script, folder, "", "cannot read the copy", error);
}

gboolean
copy_tar_merge (const char *from, const char *folder, GError **error)
{
  return run_script (COPY_TAR_MERGE ("\"$1\"", "\"$2\""), from, folder,
                     "cannot move the copy into place", error);
}
