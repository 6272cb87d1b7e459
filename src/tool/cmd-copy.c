/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/copy-place.h"
#include "tool/copy-stream.h"
#include "tool/running.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/vz-fail.h"

/* How this works
 *
 * A file goes through cat, into a file of another name beside its place that is renamed when all of it is
 * there; a folder through tar at both ends, into its place. The guest's end is run by its agent, with
 * streams of any length. Modes and times are kept; what is copied belongs to whoever copies: root in the
 * guest, the user here. What a guest sends is not trusted: its tar is unpacked by GNU tar, which lets
 * nothing out of the folder. */

#define TAR_CHANGED 1 /* files changed or went while they were read, and are named */
#define AGENT_TIMEOUT_MS 120000 /* a guest that is still booting; on a slow host a minute */

/* $1: the place, $2: the name in it if it is a folder; then $target is the copy's path. */
#define FIND_TARGET \
  "fail () { echo \"$1\" >&2; exit ${2:-1}; }\n" \
  "umask 022; target=$1; [ ! -d \"$1\" ] || target=${1%/}/$2\n" \
  "[ -d \"$(dirname \"$target\")\" ] || fail \"'$(dirname \"$target\")' is no folder in the guest\" 66\n"

/* $3: mode, $4: time */
static const char take_file[] =
  FIND_TARGET
  "[ ! -d \"$target\" ] || fail \"'$target' in the guest is a folder\"\n"
  "new=$(mktemp \"$(dirname \"$target\")/.vz-copy.XXXXXX\") || exit 1\n"
  "trap 'rm -f \"$new\"' EXIT; trap 'exit 1' HUP INT TERM\n"
  "cat > \"$new\" && chmod \"$3\" \"$new\" && touch -d \"@$4\" \"$new\" && mv -f \"$new\" \"$target\" || exit 1\n";

static const char take_folder[] =
  FIND_TARGET
  "[ -d \"$target\" ] || [ ! -e \"$target\" ] || fail \"'$target' in the guest is no folder\"\n"
  "[ ! -d \"$target\" ] || exec tar -x -p -o -f - -C \"$target\"\n"
  "new=$(mktemp -d \"$(dirname \"$target\")/.vz-copy.XXXXXX\") || exit 1\n"
  "trap 'rm -rf \"$new\"' EXIT; trap 'exit 1' HUP INT TERM\n"
  "tar -x -p -o -f - -C \"$new\" && mv \"$new\" \"$target\" || exit 1\n";

/* Says "file" or "folder", mode, time, bytes. */
static const char describe_source[] =
  "[ -e \"$1\" ] || { echo \"'$1' is not there in the guest\" >&2; exit 66; }\n"
  "if [ -d \"$1\" ]; then echo folder 0 0 $(($(du -s -k \"$1\" | cut -f 1) * 1024))\n"
  "elif [ -f \"$1\" ]; then stat -L -c 'file %a %Y %s' \"$1\"\n"
  "else echo \"'$1' in the guest is neither a file nor a folder\" >&2; exit 1; fi\n";

static const char give_file[] = "exec cat \"$1\"";
/* A status of 1 is that of files which changed or went meanwhile: GNU tar has named them. */
static const char give_folder[] = "tar -c -f - -C \"$1\" . || [ $? = 1 ]";

typedef struct {
  VzVirtualMachine *machine;
  const CopyPlace *from, *to;
  VzProgress *progress;
  char *name;   /* owned: of the source */
  char *result; /* owned: where the copy is, on the host */
} Copy;

/* Both are owned. */
typedef struct {
  GSubprocess *process;
  int fd; /* of its standard input or output */
  gboolean packs;
} Tar;

static gboolean
start_tar (Tar *self, const char *mode, const char *folder, GError **error)
{
  gboolean packs = g_str_equal (mode, "-c");
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) cause = NULL;
  int ends[2];

  /* What the user gives all his tars (what to leave out, say) is not meant for ours. */
  g_subprocess_launcher_unsetenv (launcher, "TAR_OPTIONS");
  if (pipe2 (ends, O_CLOEXEC) != 0)
    return vz_fail_errno (error, "cannot make a pipe");
  self->packs = packs;
  self->fd = packs ? ends[0] : ends[1];
  if (packs)
    g_subprocess_launcher_take_stdout_fd (launcher, ends[1]);
  else
    g_subprocess_launcher_take_stdin_fd (launcher, ends[0]);
  self->process = packs ? g_subprocess_launcher_spawn (launcher, &cause, "tar", "-c", "-f", "-", "-C", folder, ".", NULL)
                        : g_subprocess_launcher_spawn (launcher, &cause, "tar", "-x", "-p", "-o", "-f", "-", "-C",
                                                       folder, NULL);
  if (self->process != NULL)
    return TRUE;
  close (self->fd);
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "folders are copied with tar: %s", cause->message);
}

/* Its own words are on the terminal already. */
static gboolean
end_tar (Tar *self, gboolean ok, GError **error)
{
  if (!ok)
    g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  ok = !ok || g_subprocess_get_successful (self->process) ||
       (self->packs && g_subprocess_get_if_exited (self->process) &&
        g_subprocess_get_exit_status (self->process) == TAR_CHANGED) ||
       vz_fail (error, VZ_ERROR_IO, "tar could not copy everything here");
  g_clear_object (&self->process);
  return ok;
}

static gboolean
put_file (Copy *self, const struct stat *st, GCancellable *cancellable, GError **error)
{
  g_autofree char *mode = g_strdup_printf ("%o", (guint) (st->st_mode & 07777));
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) st->st_mtim.tv_sec);
  const char *argv[] = { "sh", "-c", take_file, "vz-copy", self->to->path, self->name, mode, time, NULL };
  CopyStream stream = { self->machine, argv, -1, TRUE, self->progress };

  vz_progress_set_total (self->progress, (guint64) MAX (st->st_size, 1));
  stream.fd = open (self->from->path, O_RDONLY | O_CLOEXEC);
  if (stream.fd < 0)
    return vz_fail_errno (error, "cannot read '%s'", self->from->path);
  return copy_stream_run (&stream, cancellable, error);
}

static gboolean
put_folder (Copy *self, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "sh", "-c", take_folder, "vz-copy", self->to->path, self->name, NULL };
  CopyStream stream = { self->machine, argv, -1, TRUE, self->progress };
  g_autoptr (GFile) folder = g_file_new_for_path (self->from->path);
  guint64 size = 0;
  Tar tar;
  gboolean ok;

  g_file_measure_disk_usage (folder, G_FILE_MEASURE_APPARENT_SIZE, cancellable, NULL, NULL, &size, NULL, NULL, NULL);
  vz_progress_set_total (self->progress, MAX (size, 1));
  if (!start_tar (&tar, "-c", self->from->path, error))
    return FALSE;
  stream.fd = tar.fd;
  ok = copy_stream_run (&stream, cancellable, error);
  return end_tar (&tar, ok, error) && ok;
}

static gboolean
put (Copy *self, GCancellable *cancellable, GError **error)
{
  struct stat st;

  if (stat (self->from->path, &st) != 0)
    return vz_fail_errno (error, "cannot read '%s'", self->from->path);
  if (S_ISDIR (st.st_mode))
    return put_folder (self, cancellable, error);
  return S_ISREG (st.st_mode) ? put_file (self, &st, cancellable, error)
                              : vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                                         "'%s' is neither a file nor a folder", self->from->path);
}

typedef struct {
  gboolean is_folder;
  guint mode;
  gint64 time;
  guint64 size;
} Source;

static gboolean
ask_for_source (Copy *self, Source *source, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "sh", "-c", describe_source, "vz-copy", self->from->path, NULL };
  g_autoptr (GBytes) output = NULL, errors = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  int status;

  if (!vz_guest_agent_exec (vz_virtual_machine_get_guest_agent (self->machine), argv, NULL, &status, &output, &errors,
                            cancellable, error))
    return FALSE;
  text = g_strndup (g_bytes_get_data (status == 0 ? output : errors, NULL),
                    g_bytes_get_size (status == 0 ? output : errors));
  if (status != 0)
    return vz_fail (error, status == COPY_STATUS_NOT_THERE ? VZ_ERROR_NOT_FOUND : VZ_ERROR_GUEST_AGENT, "%s",
                    g_strstrip (text));
  words = g_strsplit (g_strstrip (text), " ", -1);
  if (g_strv_length (words) != 4)
    return vz_fail (error, VZ_ERROR_GUEST_AGENT, "the guest could not say what '%s' is", self->from->path);
  source->is_folder = g_str_equal (words[0], "folder");
  source->mode = (guint) g_ascii_strtoull (words[1], NULL, 8) & 07777;
  source->time = g_ascii_strtoll (words[2], NULL, 10);
  source->size = g_ascii_strtoull (words[3], NULL, 10);
  return TRUE;
}

static gboolean
get_file (Copy *self, const Source *source, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "sh", "-c", give_file, "vz-copy", self->from->path, NULL };
  CopyStream stream = { self->machine, argv, -1, FALSE, self->progress };
  g_autofree char *folder = g_path_get_dirname (self->result);
  g_autofree char *new = g_build_filename (folder, ".vz-copy.XXXXXX", NULL);
  const struct timespec times[] = { { .tv_sec = source->time }, { .tv_sec = source->time } };
  int fd;
  gboolean ok;

  if (g_file_test (self->result, G_FILE_TEST_IS_DIR))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' is a folder", self->result);
  stream.fd = g_mkstemp_full (new, O_RDWR | O_CLOEXEC, 0600);
  fd = stream.fd >= 0 ? fcntl (stream.fd, F_DUPFD_CLOEXEC, 3) : -1;
  if (fd < 0)
    return vz_fail_errno (error, "cannot create '%s'", self->result);
  /* A program that belongs to somebody else there shall not run as somebody else here. */
  ok = copy_stream_run (&stream, cancellable, error) &&
       ((fchmod (fd, source->mode & 0777) == 0 && futimens (fd, times) == 0 && rename (new, self->result) == 0) ||
        vz_fail_errno (error, "cannot create '%s'", self->result));
  close (fd);
  if (!ok)
    unlink (new);
  return ok;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "rm", "-rf", "--", path, NULL);

  if (process != NULL)
    g_subprocess_wait (process, NULL, NULL);
}

static gboolean
unpack_folder (Copy *self, const char *folder, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "sh", "-c", give_folder, "vz-copy", self->from->path, NULL };
  CopyStream stream = { self->machine, argv, -1, FALSE, self->progress };
  Tar tar;
  gboolean ok;

  if (!start_tar (&tar, "-x", folder, error))
    return FALSE;
  stream.fd = tar.fd;
  ok = copy_stream_run (&stream, cancellable, error);
  return end_tar (&tar, ok, error) && ok;
}

/* Into a folder that is there; a new one has its name only when it is whole. */
static gboolean
get_folder (Copy *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->result);
  g_autofree char *new = g_build_filename (parent, ".vz-copy.XXXXXX", NULL);
  gboolean ok;

  if (g_file_test (self->result, G_FILE_TEST_IS_DIR))
    return unpack_folder (self, self->result, cancellable, error);
  if (g_file_test (self->result, G_FILE_TEST_EXISTS))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' is there and is not a folder", self->result);
  if (g_mkdtemp_full (new, 0755) == NULL)
    return vz_fail_errno (error, "cannot create the folder '%s'", self->result);
  ok = unpack_folder (self, new, cancellable, error) &&
       (rename (new, self->result) == 0 || vz_fail_errno (error, "cannot create the folder '%s'", self->result));
  if (!ok)
    remove_folder (new);
  return ok;
}

static gboolean
get (Copy *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *parent = NULL;
  Source source = { 0 };

  self->result = g_file_test (self->to->path, G_FILE_TEST_IS_DIR) ? g_build_filename (self->to->path, self->name, NULL)
                                                                  : g_strdup (self->to->path);
  parent = g_path_get_dirname (self->result);
  if (!g_file_test (parent, G_FILE_TEST_IS_DIR))
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "'%s' is no folder", parent);
  if (!ask_for_source (self, &source, cancellable, error))
    return FALSE;
  vz_progress_set_total (self->progress, MAX (source.size, 1));
  return source.is_folder ? get_folder (self, cancellable, error) : get_file (self, &source, cancellable, error);
}

static gboolean
copy (gpointer data, GCancellable *cancellable, GError **error)
{
  Copy *self = data;

  if (!vz_guest_agent_wait (vz_virtual_machine_get_guest_agent (self->machine), AGENT_TIMEOUT_MS, cancellable, error))
    return FALSE;
  vz_progress_set_phase (self->progress, "copying");
  if (!(self->from->in_guest ? get (self, cancellable, error) : put (self, cancellable, error)))
    return FALSE;
  vz_progress_finish (self->progress);
  return TRUE;
}

static gboolean
run_copy (VzTool *tool, GError **error)
{
  g_auto (CopyPlace) from = { 0 };
  g_auto (CopyPlace) to = { 0 };
  g_auto (Running) running = { 0 };
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  Copy self = { .from = &from, .to = &to, .progress = progress };
  gboolean done;

  if (!copy_place_parse (tool->arguments[0], &from, error) || !copy_place_parse (tool->arguments[1], &to, error))
    return FALSE;
  if (from.in_guest == to.in_guest)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "one of the two has to be in the guest, as in ':/etc/hosts' or 'NAME:/etc/hosts', and one here");
  self.name = copy_place_dup_name (&from, error);
  if (self.name == NULL || !running_open_awake (&running, from.in_guest ? from.bundle : to.bundle, error))
    {
      g_free (self.name);
      return FALSE;
    }
  /* A tar that goes away is an error, so that the command in the guest can be ended first. */
  signal (SIGPIPE, SIG_IGN);
  self.machine = running.machine;
  done = tool_wait (tool, copy, &self, progress, error);
  if (done)
    tool_print_result (tool, "path", self.result != NULL ? self.result : to.path);
  g_free (self.name);
  g_free (self.result);
  return done;
}

const VzCommand vz_command_copy = {
  "copy", "FROM TO", 2, 2, VZ_COMMAND_JSON, NULL, run_copy,
  "Copies a file or folder into a guest or out of it; one of the two is [BUNDLE]:PATH",
};
