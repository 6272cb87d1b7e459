/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "compose/vz-compose-files.h"
#include "compose/vz-compose-host.h"
#include "compose/vz-compose-log.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-owner.h"
#include "foundation/file/vz-paths.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * The recipe (data/compose) runs in its own namespaces under vz-guard, in a scratch folder in the
 * user's cache. The two images are created here, empty, and kept open: when the guard has removed
 * the folder, they live on without a name for as long as they are needed.
 *
 * The guard watches its standard input, a pipe from here. Cancelling closes it; so does the kernel
 * when this process is killed. A folder whose guard was killed is no longer locked, and is removed
 * the next time something is composed. */

#define SCRATCH "tmp"
#define SCRATCH_PREFIX "compose-"
#define GIB G_GUINT64_CONSTANT (1073741824)
/* Tree, packages and images take 2 GB at most with the usual packages, and 4 GB with a desktop. */
#define SPACE_NEEDED (3 * GIB)
#define SPACE_NEEDED_DESKTOP (5 * GIB)
#define RECIPE_FILES_MAX 1000
#define SILENCE_MAX_MS (30 * 60 * 1000) /* of the recipe: apt gives up on a server long before */
#define CLEAN_UP_MS (2 * 60 * 1000) /* for the guard, to end the recipe and remove its folder */

/* What the recipe may see of the caller's environment: the rest could change the image. */
static const char *const passed_variables[] = {
  "http_proxy", "https_proxy",   "no_proxy",     "HTTPS_PROXY",
  "NO_PROXY",   "SSL_CERT_FILE", "SSL_CERT_DIR",
};

static char *
make_uuid (const char *key, const char *what)
{
  g_autofree char *text = g_strdup_printf ("%s %s", what, key);
  g_autofree char *hex = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  /* Version 8 of RFC 9562: made by a rule of one's own. */
  return g_strdup_printf ("%.8s-%.4s-8%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15,
                          hex + 18);
}

VzGuestNames *
vz_guest_names_new (const char *key)
{
  VzGuestNames *self = g_new0 (VzGuestNames, 1);
  g_autofree char *esp = make_uuid (key, "esp");
  g_autofree char *id = g_strdup_printf ("%.4s-%.4s", esp, esp + 4);

  self->root_uuid = make_uuid (key, "root");
  self->root_partition_uuid = make_uuid (key, "root partition");
  self->esp_partition_uuid = make_uuid (key, "esp partition");
  self->esp_id = g_ascii_strup (id, -1);
  return self;
}

void
vz_guest_names_free (VzGuestNames *self)
{
  g_free (self->root_uuid);
  g_free (self->esp_id);
  g_free (self->root_partition_uuid);
  g_free (self->esp_partition_uuid);
  g_free (self);
}

void
vz_composed_guest_clear (VzComposedGuest *guest)
{
  vz_file_close (&guest->esp_fd);
  vz_file_close (&guest->root_fd);
}

static gboolean
list_files (const char *directory, const char *prefix, GPtrArray *names, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL && names->len < RECIPE_FILES_MAX)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autofree char *relative = g_build_filename (prefix, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (names, g_steal_pointer (&relative));
      else if (!list_files (path, relative, names, error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
vz_compose_recipe_digest (GError **error)
{
  g_autofree char *directory = vz_find_data ("compose", error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  if (directory == NULL || !list_files (directory, "", names, error))
    return NULL;
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autofree char *text = NULL;
      gsize size;

      if (!g_file_get_contents (path, &text, &size, error))
        return NULL;
      g_checksum_update (checksum, (const guchar *) name, (gssize) strlen (name) + 1);
      g_checksum_update (checksum, (const guchar *) &size, sizeof size);
      g_checksum_update (checksum, (const guchar *) text, (gssize) size);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

/* Removes scratch folders that no guard holds. Failure is for the next time. */
static void
sweep (const char *scratch, const char *guard, GCancellable *cancellable)
{
  g_autoptr (GDir) dir = g_dir_open (scratch, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (scratch, name, NULL);
      int fd VZ_AUTO_CLOSE = -1;
      const char *argv[] = { guard, "--namespace", "--remove", path, "--", "true", NULL };
      VzRun run = { .argv = argv, .limit_ms = CLEAN_UP_MS };
      int status;

      if (!g_str_has_prefix (name, SCRATCH_PREFIX))
        continue;
      fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
      if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) < 0)
        continue;
      vz_file_close (&fd);
      fd = -1;
      if (!vz_run (&run, &status, NULL, cancellable, NULL) &&
          g_cancellable_is_cancelled (cancellable))
        return;
    }
}

static int
create_image (const char *directory, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0)
    vz_fail_errno (error, "cannot create '%s'", path);
  return fd;
}

/* Its mode is not the caller's umask's: the recipe may copy it with its mode. */
static gboolean
write_text (const char *directory, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return vz_file_write (path, bytes, 0644, error);
}

static gboolean
fill_scratch (const VzComposeWork *work, const char *directory, VzComposedGuest *guest,
              GCancellable *cancellable, GError **error)
{
  guest->esp_fd = create_image (directory, "esp.img", error);
  if (guest->esp_fd < 0)
    return FALSE;
  guest->root_fd = create_image (directory, "root.img", error);
  if (guest->root_fd < 0)
    return FALSE;
  return write_text (directory, "sources.list", work->archive->sources_list, error) &&
         write_text (directory, "guest.sources", work->archive->guest_sources, error) &&
         vz_compose_files_stage (work->request, work->files, directory, cancellable, error);
}

static GStrv
make_environment (const VzComposeWork *work, const char *recipe, const char *directory)
{
  VzComposeRequest *request = work->request;
  const VzDebianArchive *archive = work->archive;
  const VzGuestNames *names = work->names;
  const char *architecture = vz_compose_request_get_architecture (request);
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, archive->time);
  GStrv env = g_new0 (char *, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (passed_variables); i++)
    if (g_getenv (passed_variables[i]) != NULL)
      env = g_environ_setenv (env, passed_variables[i], g_getenv (passed_variables[i]), TRUE);
  env = g_environ_setenv (env, "PATH", "/usr/sbin:/usr/bin:/sbin:/bin", TRUE);
  env = g_environ_setenv (env, "HOME", "/root", TRUE);
  env = g_environ_setenv (env, "TMPDIR", directory, TRUE);
  env = g_environ_setenv (env, "SOURCE_DATE_EPOCH", time, TRUE);
  env = g_environ_setenv (env, "VZ_DATA", recipe, TRUE);
  env = g_environ_setenv (env, "VZ_WORK", directory, TRUE);
  env =
    g_environ_setenv (env, "VZ_DISTRIBUTION", vz_compose_request_get_distribution (request), TRUE);
  env = g_environ_setenv (env, "VZ_CODENAME", archive->release->codename, TRUE);
  env = g_environ_setenv (env, "VZ_DEB_ARCH", vz_debian_architecture (architecture), TRUE);
  env = g_environ_setenv (env, "VZ_CONSOLE",
                          g_str_equal (architecture, "x86_64") ? "ttyS0,115200" : "ttyAMA0,115200",
                          TRUE);
  env = g_environ_setenv (env, "VZ_PACKAGES", vz_compose_request_get_packages (request), TRUE);
  env =
    g_environ_setenv (env, "VZ_DESKTOP", vz_compose_request_get_desktop (request) ? "1" : "", TRUE);
  env = g_environ_setenv (env, "VZ_ROOT_UUID", names->root_uuid, TRUE);
  return g_environ_setenv (env, "VZ_ESP_ID", names->esp_id, TRUE);
}

static char *
dup_log_path (VzComposeRequest *request, GError **error)
{
  const char *wanted = vz_compose_request_get_log_path (request);
  g_autofree char *directory = g_build_filename (g_get_user_state_dir (), "vz", NULL);

  if (*wanted != '\0')
    return g_strdup (wanted);
  if (!vz_owner_make_folders (directory, 0700))
    return vz_fail_errno_null (error, "cannot create '%s'", directory);
  return g_build_filename (directory, "compose.log", NULL);
}

typedef struct {
  VzComposeLog *log;
  FILE *file;
} Recipe;

static void
on_line (const char *line, gpointer data)
{
  Recipe *self = data;

  fprintf (self->file, "%s\n", line);
  vz_compose_log_add_line (self->log, line);
}

/* Breaking off ends the guard's input, and the guard ends the recipe. */
static gboolean
run_recipe (const char *guard, const char *recipe, const char *directory, GStrv env,
            const char *log_path, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *script = g_build_filename (recipe, "compose", NULL);
  const char *argv[] = { guard, "--namespace", "--remove", directory, "--", script, NULL };
  g_autoptr (VzComposeLog) log = vz_compose_log_new (progress);
  Recipe self = { log, fopen (log_path, "we") };
  VzRun run = {
    .argv = argv,
    .environ = (const char *const *) env,
    .limit_ms = SILENCE_MAX_MS,
    .grace_ms = CLEAN_UP_MS,
    .wants_output = TRUE,
    .wants_errors = TRUE,
    .line = on_line,
    .user_data = &self,
  };
  gboolean ended;
  int status;

  if (self.file == NULL)
    return vz_fail_errno (error, "cannot write the log '%s'", log_path);
  ended = vz_run (&run, &status, NULL, cancellable, error);
  fclose (self.file);
  if (!ended)
    return FALSE;
  if (!g_spawn_check_wait_status (status, NULL))
    return vz_compose_log_fail (log, log_path, error);
  return TRUE;
}

gboolean
vz_compose_guest (const VzComposeWork *work, VzProgress *progress, VzComposedGuest *ret_guest,
                  GCancellable *cancellable, GError **error)
{
  g_autofree char *guard = vz_find_helper ("vz-guard", error);
  g_autofree char *recipe = guard != NULL ? vz_find_data ("compose", error) : NULL;
  g_autofree char *scratch = recipe != NULL ? vz_make_cache_directory (SCRATCH, error) : NULL;
  g_autofree char *log_path = scratch != NULL ? dup_log_path (work->request, error) : NULL;
  g_autofree char *directory = NULL;
  g_auto (GStrv) env = NULL;
  VzComposedGuest guest = { -1, -1 };
  const VzDestination wanted = {
    .flags = VZ_DESTINATION_FOLDER | VZ_DESTINATION_PROGRAMS | VZ_DESTINATION_LINKS,
    .data = vz_compose_request_get_desktop (work->request) ? SPACE_NEEDED_DESKTOP : SPACE_NEEDED
  };

  if (log_path == NULL)
    return FALSE;
  if (!vz_destination_check (scratch, &wanted, error))
    {
      g_prefix_error (error, "the folder for composing (XDG_CACHE_HOME sets it): ");
      return FALSE;
    }
  sweep (scratch, guard, cancellable);
  directory = g_build_filename (scratch, SCRATCH_PREFIX "XXXXXX", NULL);
  if (g_mkdtemp (directory) == NULL)
    return vz_fail_errno (error, "cannot create a folder in '%s'", scratch);
  env = make_environment (work, recipe, directory);
  if (!fill_scratch (work, directory, &guest, cancellable, error) ||
      !run_recipe (guard, recipe, directory, env, log_path, progress, cancellable, error))
    {
      vz_composed_guest_clear (&guest);
      vz_file_remove_tree (directory, NULL);
      return FALSE;
    }
  *ret_guest = guest;
  return TRUE;
}
