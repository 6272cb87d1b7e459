/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-virtiofsd.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-run.h"
#include "foundation/host/vz-version.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-id-map.h"
#include "qemu/vz-stream.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* How this works
 *
 * Two programs have this name. The older one, in C, is part of QEMU up to 7.2 and can be started
 * only by root. The newer one, in Rust, has its own versions, and since 1.13 it translates user IDs
 * itself, so that the folder belongs to the guest's user without any namespace.
 *
 * Whether it may sandbox itself depends on the host, so this is tried: given a connection that has
 * already ended, it goes through a complete start and then exits successfully.
 *
 * Nothing is cached in the guest, so each side sees the other's changes at once, except in what a
 * program there maps, as with 9P. */

#define LIMIT_MS 30000 /* for a program on a slow disk, on a loaded host */
#define OLDEST "1.13"
#define UNCONFINED "none"
#define ALL_IDS "4294967295"

/* Where distributions put it, if not in PATH. */
static const char *const places[] = { "/usr/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd",
                                      "/usr/lib/virtiofsd" };

void
vz_virtiofsd_free (VzVirtiofsd *self)
{
  g_free (self->program);
  g_free (self->version);
  g_free (self);
}

gboolean
vz_virtiofsd_is_confined (const VzVirtiofsd *self)
{
  return !g_str_equal (self->sandbox, UNCONFINED);
}

/* Through the folder's descriptor, since socket names must be short, and the user chooses the
 * folder for temporary files. */
int
vz_virtiofsd_listen (const char *path, int *ret_peer, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  int folder VZ_AUTO_CLOSE = open (parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_autofree char *near = g_strdup_printf ("/proc/self/fd/%d/%s", folder, name);
  int fd VZ_AUTO_CLOSE = folder >= 0 ? vz_stream_listen (near, error) : -1;
  int peer VZ_AUTO_CLOSE = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  gboolean ok;

  if (folder < 0)
    vz_fail_errno (error, "cannot open the folder '%s'", parent);
  if (fd < 0)
    return -1;
  ok = peer >= 0 && getsockname (fd, (struct sockaddr *) &address, &length) == 0 &&
       connect (peer, (struct sockaddr *) &address, length) == 0;
  if (!ok)
    vz_fail_errno (error, "cannot connect to '%s'", path);
  unlink (path); /* the one client is connected */
  if (!ok)
    return -1;
  *ret_peer = vz_file_steal_fd (&peer);
  return vz_file_steal_fd (&fd);
}

static void
add (GStrvBuilder *builder, const char *option, const char *value)
{
  g_strv_builder_add (builder, option);
  if (value != NULL)
    g_strv_builder_add (builder, value);
}

static void
add_id (GStrvBuilder *builder, const char *option, const char *kind, guint32 from, guint32 to)
{
  g_autofree char *value = g_strdup_printf ("%s:%u:%u:1", kind, from, to);

  add (builder, option, value);
}

/* An ordinary user can create only files of that user, whichever guest user creates them. Root
 * keeps all IDs but two, which are swapped. If root is one of them, the guest's root stays root
 * here: as any other user it could not do there what root can. */
static void
add_ids (GStrvBuilder *builder, const char *option, guint32 own, guint32 owner)
{
  if (geteuid () != 0)
    {
      g_autofree char *all = g_strdup_printf ("squash-guest:0:%u:" ALL_IDS, own);

      add (builder, option, all);
      add_id (builder, option, "host", own, VZ_GUEST_USER);
    }
  else if (owner != VZ_GUEST_USER)
    {
      add_id (builder, option, "guest", VZ_GUEST_USER, owner);
      add_id (builder, option, "host", owner, VZ_GUEST_USER);
      add_id (builder, option, "host", VZ_GUEST_USER, owner);
      if (owner != 0)
        add_id (builder, option, "guest", owner, VZ_GUEST_USER);
    }
}

/* The root folder, in which it cannot be confined any further. */
static gboolean
is_root (const struct stat *folder)
{
  struct stat root;

  return stat ("/", &root) == 0 && root.st_dev == folder->st_dev && root.st_ino == folder->st_ino;
}

static GStrv
dup_arguments (const VzVirtiofsd *self, const char *path, gboolean read_only, int fd)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *number = g_strdup_printf ("%d", fd);
  struct stat status = { .st_uid = VZ_GUEST_USER, .st_gid = VZ_GUEST_USER };
  gboolean is_there = stat (path, &status) == 0; /* otherwise it says so itself */

  add (builder, self->program, NULL);
  add (builder, "--fd", number);
  add (builder, "--shared-dir", path);
  add (builder, "--sandbox", is_there && is_root (&status) ? UNCONFINED : self->sandbox);
  add (builder, "--cache", "never");
  add (builder, "--allow-mmap", NULL);
  add (builder, "--log-level", "error");
  add_ids (builder, "--translate-uid", geteuid (), status.st_uid);
  add_ids (builder, "--translate-gid", getegid (), status.st_gid);
  if (read_only)
    add (builder, "--readonly", NULL);
  return g_strv_builder_end (builder);
}

GStrv
vz_virtiofsd_dup_arguments (const VzVirtiofsd *self, VzSharedDirectory *directory, int fd)
{
  return dup_arguments (self, vz_shared_directory_get_path (directory),
                        vz_shared_directory_get_read_only (directory), fd);
}

static gboolean
run_in (const VzVirtiofsd *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  int peer VZ_AUTO_CLOSE = -1;
  int fd VZ_AUTO_CLOSE = vz_virtiofsd_listen (path, &peer, error);
  g_auto (GStrv) argv = NULL;
  g_autofree char *output = NULL;
  const char *line;
  int status;
  VzRun run = { .limit_ms = LIMIT_MS, .wants_output = TRUE, .wants_errors = TRUE, .fds = { fd } };

  if (fd < 0)
    return FALSE;
  vz_file_close (&peer);
  argv = dup_arguments (self, folder, FALSE, fd);
  run.argv = (const char *const *) argv;
  if (!vz_run (&run, &status, &output, NULL, error))
    return FALSE;
  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  line = strstr (output, "virtiofsd] "); /* after time and level */
  line = line != NULL ? line + strlen ("virtiofsd] ") : output;
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "'%s' does not start here: %.*s", self->program,
                  (int) strcspn (line, "\n"), line);
}

static gboolean
try_out (const VzVirtiofsd *self, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-virtiofsd-XXXXXX", error);
  gboolean ok;

  if (folder == NULL)
    return FALSE;
  ok = run_in (self, folder, error);
  g_rmdir (folder);
  return ok;
}

static char *
ask_version (const char *program, GError **error)
{
  const char *argv[] = { program, "--version", NULL };
  VzRun run = { .argv = argv, .limit_ms = LIMIT_MS, .wants_output = TRUE };
  g_autofree char *output = NULL;
  g_autofree char *version = NULL;
  g_autoptr (GRegex) pattern = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  int status;

  if (!vz_run (&run, &status, &output, NULL, error))
    return NULL;
  pattern = g_regex_new ("^virtiofsd (version |backend )?([0-9]+(?:\\.[0-9]+)+)", 0, 0, NULL);
  if (!g_regex_match (pattern, output, 0, &match))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "'%s' does not look like virtiofsd",
                         program);
  version = g_match_info_fetch (match, 2);
  if (g_str_has_prefix (output, "virtiofsd version "))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "'%s' is from QEMU %s and needs root",
                         program, version);
  if (vz_version_compare (version, OLDEST) < 0)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "'%s' is %s and cannot map user IDs; " OLDEST " or newer can", program,
                         version);
  return g_steal_pointer (&version);
}

static VzVirtiofsd *
examine (const char *program, GError **error)
{
  g_autoptr (VzVirtiofsd) self = g_new0 (VzVirtiofsd, 1);

  self->program = g_canonicalize_filename (program, NULL); /* it is not started in our folder */
  self->version = ask_version (self->program, error);
  if (self->version == NULL)
    return NULL;
  self->sandbox = "namespace";
  if (try_out (self, NULL))
    return g_steal_pointer (&self);
  self->sandbox = UNCONFINED;
  return try_out (self, error) ? g_steal_pointer (&self) : NULL;
}

VzVirtiofsd *
vz_virtiofsd_find (GError **error)
{
  const char *override = g_getenv ("VZ_VIRTIOFSD");
  g_autofree char *found = g_find_program_in_path (override != NULL ? override : "virtiofsd");
  g_autoptr (GError) first = NULL; /* the first one's error */
  VzVirtiofsd *self = NULL;

  if (g_strcmp0 (override, "none") == 0)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "VZ_VIRTIOFSD is 'none'");
  if (found != NULL)
    self = examine (found, &first);
  for (gsize i = 0; self == NULL && override == NULL && i < G_N_ELEMENTS (places); i++)
    if (access (places[i], X_OK) == 0)
      self = examine (places[i], first == NULL ? &first : NULL);
  if (self != NULL)
    return self;
  if (first == NULL)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "this host has no '%s' (package virtiofsd in Debian 13)",
                         override != NULL ? override : "virtiofsd");
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "%s", first->message);
}
