/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/copy-place.h"
#include "tool/machine/copy-stream.h"
#include "tool/machine/copy-tar.h"
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

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
 * A file goes through cat into a differently named file beside the destination, which is renamed
 * once complete; a folder, or a file with holes, goes through tar at both ends into a differently
 * named folder, which then takes its place, or whose contents do. The guest's agent runs the
 * guest's end, with streams of any length. Modes and times are kept; copies belong to the user who
 * makes them: root in the guest, the user here. What a guest sends is untrusted: GNU tar unpacks
 * its tar stream, and lets nothing out of the folder. */

/* $1: the place, $2: the name in it if it is a folder; afterwards $target is the copy's path. */
#define FIND_TARGET \
  "fail () { echo \"$1\" >&2; exit ${2:-1}; }\n" \
  "umask 022; folder=; target=$1; [ ! -d \"$1\" ] || target=${1%/}/$2\n" \
  "[ -d \"$(dirname \"$target\")\" ] || fail \"'$(dirname \"$target\")' is not a folder in the " \
  "guest\" 66\n"

/* An interrupted command is soon killed, on a busy guest before it can remove a large file. So a
 * process in another session cleans up. */
#define CLEAR_UP \
  "setsid sh -c 'while kill -0 $1; do sleep 1; done; rm -rf \"$2\"' vz-copy $$ \"$new\" " \
  "< /dev/null > /dev/null 2>&1 &\n" \
  "trap 'rm -rf \"$new\"' EXIT; trap 'exit 1' HUP INT TERM\n"
/* Beside its place, from which it can be renamed; $folder: where, if not there. The cleaner exists
 * before the file does. */
#define NEW(create) \
  "folder=${folder:-$(dirname \"$target\")}\n" \
  "new=$(mktemp -u \"$folder/.vz-copy.XXXXXX\")\n" CLEAR_UP create \
  " || fail \"'$folder' cannot be written to in the guest\"\n"
#define NEW_FILE NEW ("(umask 077; set -C; : > \"$new\")")
#define NEW_FOLDER NEW ("mkdir -m 700 \"$new\"")

/* $3: mode, $4: time */
static const char take_file[] = FIND_TARGET
  "[ ! -d \"$target\" ] || fail \"'$target' in the guest is a folder\"\n" NEW_FILE
  "cat > \"$new\" && chmod \"$3\" \"$new\" && touch -d \"@$4\" \"$new\" && mv -f \"$new\" "
  "\"$target\" ||\n"
  "  fail \"'$target' cannot be written in the guest\"\n";

static const char take_file_with_holes[] = FIND_TARGET
  "[ ! -d \"$target\" ] || fail \"'$target' in the guest is a folder\"\n" NEW_FOLDER
  "tar -x -p -o -f - -C \"$new\" && mv -f \"$new/$2\" \"$target\" || fail \"'$target' cannot be "
  "written in the guest\"\n";

static const char take_folder[] = FIND_TARGET
  "[ -d \"$target\" ] || [ ! -e \"$target\" ] || fail \"'$target' in the guest is not a folder\"\n"
  "folder=$(dirname \"$target\"); [ ! -d \"$target\" ] || folder=$target\n" NEW_FOLDER
  "tar -x -p -o -f - -C \"$new\" || fail \"'$target' cannot be written in the guest\"\n"
  "if [ \"$folder\" != \"$target\" ]; then mv \"$new\" \"$target\"\n"
  "else " COPY_TAR_MERGE (
    "\"$new\"", "\"$target\"") "; fi || fail \"'$target' cannot be written in the guest\"\n";

/* Says "file" or "folder", mode, time, bytes, blocks of 512 bytes. */
static const char describe_source[] =
  "[ -e \"$1\" ] || { echo \"'$1' is not there in the guest\" >&2; exit 66; }\n"
  "if [ -d \"$1\" ]; then echo folder 0 0 $(($(du -s -k \"$1\" | cut -f 1) * 1024)) 0\n"
  "elif [ -f \"$1\" ]; then stat -L -c 'file %a %Y %s %b' \"$1\"\n"
  "else echo \"'$1' in the guest is neither a file nor a folder\" >&2; exit 1; fi\n";

/* $2: bytes; a file that is being appended to might never end. The kernel's own files report no
 * size. */
static const char give_file[] = "[ \"$2\" = 0 ] || exec head -c \"$2\" \"$1\"; exec cat \"$1\"";

typedef struct {
  VzVirtualMachine *machine;
  const CopyPlace *from, *to;
  VzProgress *progress;
  char *name; /* owned: of the source */
  char *result; /* owned: path of the copy on the host */
} Copy;

static gboolean
put_file (Copy *self, const struct stat *st, GCancellable *cancellable, GError **error)
{
  g_autofree char *mode = g_strdup_printf ("%o", (guint) (st->st_mode & 07777));
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) st->st_mtim.tv_sec);
  const char *argv[] = { "sh",       "-c", take_file, "vz-copy", self->to->path,
                         self->name, mode, time,      NULL };
  CopyStream stream = {
    self->machine, argv, -1, TRUE, self->progress, (guint64) st->st_size, FALSE
  };

  vz_progress_set_total (self->progress, (guint64) MAX (st->st_size, 1));
  stream.fd = open (self->from->path, O_RDONLY | O_CLOEXEC);
  if (stream.fd < 0)
    return vz_fail_errno (error, "cannot read '%s'", self->from->path);
  return copy_stream_run (&stream, cancellable, error);
}

/* @member of @folder, unpacked by @script in the guest. */
static gboolean
put_packed (Copy *self, const char *script, const char *folder, const char *member, guint64 size,
            GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "sh", "-c", script, "vz-copy", self->to->path, self->name, NULL };
  CopyStream stream = { self->machine, argv, -1, TRUE, self->progress, 0, FALSE };
  g_autoptr (GError) cause = NULL;
  CopyTar tar;

  vz_progress_set_total (self->progress, MAX (size, 1));
  if (!copy_tar_pack (&tar, folder, member, error))
    return FALSE;
  stream.fd = tar.fd;
  copy_stream_run (&stream, cancellable, &cause);
  return copy_tar_end (&tar, g_steal_pointer (&cause), FALSE, error);
}

static gboolean
put_folder (Copy *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->from->path);
  guint64 size = 0;

  g_file_measure_disk_usage (folder, G_FILE_MEASURE_NONE, cancellable, NULL, NULL, &size, NULL,
                             NULL, NULL);
  return put_packed (self, take_folder, self->from->path, ".", size, cancellable, error);
}

static gboolean
put_file_with_holes (Copy *self, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->from->path);
  g_autofree char *member = g_strconcat ("./", self->name, NULL);

  return put_packed (self, take_file_with_holes, folder, member, size, cancellable, error);
}

static gboolean
has_holes (guint64 size, guint64 blocks)
{
  return blocks * 512 < size;
}

static gboolean
put (Copy *self, GCancellable *cancellable, GError **error)
{
  struct stat st;

  if (stat (self->from->path, &st) != 0)
    return vz_fail_errno (error, "cannot read '%s'", self->from->path);
  if (S_ISDIR (st.st_mode))
    return put_folder (self, cancellable, error);
  if (S_ISREG (st.st_mode) && has_holes ((guint64) st.st_size, (guint64) st.st_blocks))
    return put_file_with_holes (self, (guint64) st.st_blocks * 512, cancellable, error);
  return S_ISREG (st.st_mode) ? put_file (self, &st, cancellable, error)
                              : vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                                         "'%s' is neither a file nor a folder", self->from->path);
}

typedef struct {
  gboolean is_folder;
  guint mode;
  gint64 time;
  guint64 size, blocks;
} Source;

static gboolean
ask_for_source (Copy *self, Source *source, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "sh", "-c", describe_source, "vz-copy", self->from->path, NULL };
  g_autofree char *text = copy_stream_ask (self->machine, argv, cancellable, error);
  g_auto (GStrv) words = NULL;

  if (text == NULL)
    return FALSE;
  words = g_strsplit (text, " ", -1);
  if (g_strv_length (words) != 5)
    return vz_fail (error, VZ_ERROR_GUEST_AGENT, "the guest could not say what '%s' is",
                    self->from->path);
  source->is_folder = g_str_equal (words[0], "folder");
  source->mode = (guint) g_ascii_strtoull (words[1], NULL, 8) & 07777;
  source->time = g_ascii_strtoll (words[2], NULL, 10);
  source->size = g_ascii_strtoull (words[3], NULL, 10);
  source->blocks = g_ascii_strtoull (words[4], NULL, 10);
  return TRUE;
}

/* The failed command does not know the name that the copy will have. */
static gboolean
fail_here (Copy *self, GError **error)
{
  return vz_fail_prefix (error, "'%s': ", self->result);
}

static gboolean
get_file (Copy *self, const Source *source, GCancellable *cancellable, GError **error)
{
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, source->size);
  const char *argv[] = { "sh", "-c", give_file, "vz-copy", self->from->path, size, NULL };
  CopyStream stream = { self->machine, argv, -1, FALSE, self->progress, 0, FALSE };
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
  /* A set-user-ID program of another user there must not run as another user here. */
  ok = (copy_stream_run (&stream, cancellable, error) || fail_here (self, error)) &&
       ((fchmod (fd, source->mode & 0777) == 0 && futimens (fd, times) == 0 &&
         rename (new, self->result) == 0) ||
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

/* @member of the guest's @folder into the new folder @into. */
static gboolean
get_packed (Copy *self, const char *folder, const char *member, const char *into,
            GCancellable *cancellable, GError **error)
{
  const char *follows = g_str_equal (member, ".") ? "" : "-h";
  const char *argv[] = {
    "sh", "-c", copy_tar_pack_script, "vz-copy", folder, member, follows, NULL
  };
  CopyStream stream = { self->machine, argv, -1, FALSE, self->progress, 0, FALSE };
  g_autoptr (GError) cause = NULL;
  CopyTar tar;

  if (!copy_tar_unpack (&tar, into, error))
    return FALSE;
  stream.fd = tar.fd;
  copy_stream_run (&stream, cancellable, &cause);
  return (copy_tar_end (&tar, g_steal_pointer (&cause), stream.broken, error) &&
          copy_tar_clean (into, error)) ||
         fail_here (self, error);
}

/* A new folder beside its destination, or in it. */
static char *
make_new_folder (const char *parent, GError **error)
{
  g_autofree char *new = g_build_filename (parent, ".vz-copy.XXXXXX", NULL);

  if (g_mkdtemp_full (new, 0755) == NULL)
    return vz_fail_errno_null (error, "cannot create a folder in '%s'", parent);
  return g_steal_pointer (&new);
}

/* Into an existing folder; a new one gets its name only once complete. */
static gboolean
get_folder (Copy *self, GCancellable *cancellable, GError **error)
{
  gboolean is_there = g_file_test (self->result, G_FILE_TEST_IS_DIR), ok;
  g_autofree char *parent = is_there ? g_strdup (self->result) : g_path_get_dirname (self->result);
  g_autofree char *new = NULL;

  if (!is_there && g_file_test (self->result, G_FILE_TEST_EXISTS))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' exists and is not a folder", self->result);
  new = make_new_folder (parent, error);
  if (new == NULL)
    return FALSE;
  ok = get_packed (self, self->from->path, ".", new, cancellable, error);
  if (ok && is_there)
    ok = copy_tar_merge (new, self->result, error);
  else if (ok && rename (new, self->result) == 0)
    return TRUE;
  else if (ok)
    ok = vz_fail_errno (error, "cannot create the folder '%s'", self->result);
  remove_folder (new);
  return ok;
}

/* What arrived must be a file, and nothing else under its name. */
static gboolean
get_file_with_holes (Copy *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->result);
  g_autofree char *folder = g_path_get_dirname (self->from->path);
  g_autofree char *member = g_strconcat ("./", self->name, NULL);
  g_autofree char *new = NULL, *file = NULL;
  struct stat st;
  gboolean ok;

  if (g_file_test (self->result, G_FILE_TEST_IS_DIR))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' is a folder", self->result);
  new = make_new_folder (parent, error);
  if (new == NULL)
    return FALSE;
  file = g_build_filename (new, self->name, NULL);
  ok =
    get_packed (self, folder, member, new, cancellable, error) &&
    ((lstat (file, &st) == 0 && S_ISREG (st.st_mode)) ||
     vz_fail (error, VZ_ERROR_GUEST_AGENT,
              "'%s' in the guest changed its type while it was being copied", self->from->path)) &&
    (rename (file, self->result) == 0 || vz_fail_errno (error, "cannot create '%s'", self->result));
  remove_folder (new);
  return ok;
}

static gboolean
get (Copy *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *parent = NULL;
  Source source = { 0 };

  self->result = g_file_test (self->to->path, G_FILE_TEST_IS_DIR)
                   ? g_build_filename (self->to->path, self->name, NULL)
                   : g_strdup (self->to->path);
  parent = g_path_get_dirname (self->result);
  if (!g_file_test (parent, G_FILE_TEST_IS_DIR))
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "'%s' is not a folder", parent);
  if (!ask_for_source (self, &source, cancellable, error))
    return FALSE;
  if (!source.is_folder && has_holes (source.size, source.blocks))
    {
      vz_progress_set_total (self->progress, MAX (source.blocks * 512, 1));
      return get_file_with_holes (self, cancellable, error);
    }
  vz_progress_set_total (self->progress, MAX (source.size, 1));
  return source.is_folder ? get_folder (self, cancellable, error)
                          : get_file (self, &source, cancellable, error);
}

static gboolean
copy (gpointer data, GCancellable *cancellable, GError **error)
{
  Copy *self = data;

  if (!running_wait_agent (vz_virtual_machine_get_guest_agent (self->machine), cancellable, error))
    return FALSE;
  vz_progress_set_phase (self->progress, VZ_PROGRESS_PHASE_COPYING);
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

  if (!copy_place_parse (tool->arguments[0], &from, error) ||
      !copy_place_parse (tool->arguments[1], &to, error))
    return FALSE;
  if (from.in_guest == to.in_guest)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "one path must be in the guest, as in ':/etc/hosts' or 'NAME:/etc/hosts', and "
                    "the other here");
  self.name = copy_place_dup_name (&from, error);
  if (self.name == NULL ||
      !running_open_awake (&running, from.in_guest ? from.bundle : to.bundle, error))
    {
      g_free (self.name);
      return FALSE;
    }
  /* A tar that ends is an error, so that the command in the guest can be ended first. */
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
  .name = "copy",
  .arguments = "FROM TO",
  .min_arguments = 2,
  .max_arguments = 2,
  .flags = VZ_COMMAND_JSON,
  .run = run_copy,
  .summary =
    "Copies a file or folder into or out of a guest; the path in the guest is [BUNDLE]:PATH",
  .details = "A path in a guest is written as [BUNDLE]:PATH.",
  .examples = { { "vz copy notes.txt :/root/", "Copies a file into the guest of ~/VM.bundle" },
                { "vz copy web.bundle:/var/log ./log", "Copies a folder out of a guest" } },
};
