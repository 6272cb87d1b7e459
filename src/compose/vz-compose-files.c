/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compose/vz-compose-copy.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * What the user adds is part of the request, which names the image in the cache. So it is first
 * read for its digest and then copied, and the copy, which nothing else changes, must have the same
 * digest. The recipe sees only the copy. */

#define ENTRIES_MAX 100000
#define BUFFER_SIZE 65536
#define COPY_LIMIT_MS (30 * 60 * 1000)

typedef struct {
  GChecksum *checksum;
  guint n_entries;
  GCancellable *cancellable;
} Walk;

static gboolean add (Walk *self, const char *path, const char *name, gboolean follow,
                     GError **error);

static gboolean
add_content (Walk *self, const char *path, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree guchar *buffer = g_malloc (BUFFER_SIZE);
  ssize_t n = 0;

  if (fd < 0)
    return vz_fail_errno (error, "cannot open '%s'", path);
  do
    {
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      n = TEMP_FAILURE_RETRY (read (fd, buffer, BUFFER_SIZE));
      if (n > 0)
        g_checksum_update (self->checksum, buffer, n);
    }
  while (n > 0);
  return n == 0 || vz_fail_errno (error, "cannot read '%s'", path);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
add_folder (Walk *self, const char *path, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    return vz_fail_errno (error, "cannot open the folder '%s'", path);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *below = g_build_filename (path, names->pdata[i], NULL);

      if (!add (self, below, names->pdata[i], FALSE, error))
        return FALSE;
    }
  return TRUE;
}

/* Type, mode and length precede the content, so that no two trees look alike. */
static gboolean
add (Walk *self, const char *path, const char *name, gboolean follow, GError **error)
{
  g_autofree char *head = NULL;
  g_autofree char *target = NULL;
  struct stat st;

  if ((follow ? stat (path, &st) : lstat (path, &st)) != 0)
    return vz_fail_errno (error, "cannot open '%s'", path);
  if (++self->n_entries > ENTRIES_MAX)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': more than %d files to copy", path,
                    ENTRIES_MAX);
  if (S_ISLNK (st.st_mode))
    {
      target = g_file_read_link (path, NULL);
      if (target == NULL)
        return vz_fail_errno (error, "cannot read the link '%s'", path);
    }
  head = g_strdup_printf ("%o %" G_GUINT64_FORMAT " %s", (guint) st.st_mode,
                          S_ISREG (st.st_mode) ? (guint64) st.st_size : 0,
                          target != NULL ? target : "");
  g_checksum_update (self->checksum, (const guchar *) name, (gssize) strlen (name) + 1);
  g_checksum_update (self->checksum, (const guchar *) head, (gssize) strlen (head) + 1);
  if (S_ISREG (st.st_mode))
    return add_content (self, path, error);
  if (S_ISDIR (st.st_mode))
    return add_folder (self, path, error);
  return S_ISLNK (st.st_mode) || vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                                          "'%s' is neither a file nor a folder nor a link", path);
}

/* The destination of a copy: the folder, and the name in it. */
static char *
dup_folder (VzComposeCopy *copy, char **ret_name)
{
  const char *destination = vz_compose_copy_get_destination (copy);
  g_autofree char *source = g_canonicalize_filename (vz_compose_copy_get_source (copy), NULL);

  *ret_name = g_str_has_suffix (destination, "/") ? g_path_get_basename (source)
                                                  : g_path_get_basename (destination);
  return g_path_get_dirname (destination);
}

static gboolean
is_nothing (VzComposeRequest *request)
{
  return *vz_compose_request_get_script (request) == '\0' &&
         vz_compose_request_get_copies (request)->len == 0;
}

/* @root has the script and what is to be copied as by stage(); NULL: they are in place. */
static char *
compute_digest (VzComposeRequest *request, const char *root, GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Walk walk = { checksum, 0, cancellable };
  const char *script = vz_compose_request_get_script (request);
  GPtrArray *copies = vz_compose_request_get_copies (request);
  g_autofree char *staged = root != NULL ? g_build_filename (root, "run", NULL) : NULL;

  if (*script != '\0')
    {
      g_checksum_update (checksum, (const guchar *) "run", 4);
      if (!add_content (&walk, staged != NULL ? staged : script, error))
        return NULL;
    }
  for (guint i = 0; i < copies->len; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autofree char *name = NULL;
      g_autofree char *folder = dup_folder (copies->pdata[i], &name);
      g_autofree char *path = root != NULL
                                ? g_build_filename (root, number, name, NULL)
                                : g_strdup (vz_compose_copy_get_source (copies->pdata[i]));

      g_checksum_update (checksum, (const guchar *) folder, (gssize) strlen (folder) + 1);
      if (!add (&walk, path, name, TRUE, error))
        return NULL;
    }
  return g_strdup (g_checksum_get_string (checksum));
}

char *
vz_compose_files_digest (VzComposeRequest *request, GCancellable *cancellable, GError **error)
{
  return is_nothing (request) ? g_strdup ("") : compute_digest (request, NULL, cancellable, error);
}

/* A link named directly is followed; those in a folder stay links. */
static gboolean
copy (const char *from, const char *to, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "cp", "-RHT", "--preserve=mode", "--", from, to, NULL };
  VzRun run = { .argv = argv, .limit_ms = COPY_LIMIT_MS, .wants_errors = TRUE };
  g_autofree char *said = NULL;
  gboolean full;
  int status;

  if (!vz_run (&run, &status, &said, cancellable, error))
    return FALSE;
  full = said != NULL && strstr (said, "space left on device") != NULL;
  return g_spawn_check_wait_status (status, NULL) ||
         vz_fail (error, full ? VZ_ERROR_OUT_OF_DISK_SPACE : VZ_ERROR_IO, "cannot copy '%s': %s",
                  from, said != NULL ? said : "");
}

static gboolean
copy_all (VzComposeRequest *request, const char *root, GCancellable *cancellable, GError **error)
{
  g_autofree char *script = g_build_filename (root, "run", NULL);
  g_autofree char *list = g_build_filename (root, "list", NULL);
  GPtrArray *copies = vz_compose_request_get_copies (request);
  g_autoptr (GString) folders = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;

  if (*vz_compose_request_get_script (request) != '\0' &&
      !vz_file_copy (vz_compose_request_get_script (request), script, 0755, FALSE, error))
    return FALSE;
  for (guint i = 0; i < copies->len; i++)
    {
      g_autofree char *number = g_strdup_printf ("%s/%u", root, i);
      g_autofree char *name = NULL;
      g_autofree char *folder = dup_folder (copies->pdata[i], &name);
      g_autofree char *to = g_build_filename (number, name, NULL);

      if (g_mkdir_with_parents (number, 0755) != 0)
        return vz_fail_errno (error, "cannot create '%s'", number);
      if (!copy (vz_compose_copy_get_source (copies->pdata[i]), to, cancellable, error))
        return FALSE;
      g_string_append_printf (folders, "%s\n", folder);
    }
  bytes = g_bytes_new (folders->str, folders->len);
  return vz_file_write (list, bytes, 0644, error);
}

gboolean
vz_compose_files_stage (VzComposeRequest *request, const char *digest, const char *directory,
                        GCancellable *cancellable, GError **error)
{
  g_autofree char *root = g_build_filename (directory, VZ_COMPOSE_ADDED, NULL);
  g_autofree char *found = NULL;

  if (is_nothing (request))
    return TRUE;
  if (g_mkdir_with_parents (root, 0755) != 0)
    return vz_fail_errno (error, "cannot create '%s'", root);
  if (!copy_all (request, root, cancellable, error))
    return FALSE;
  found = compute_digest (request, root, cancellable, error);
  if (found == NULL)
    return FALSE;
  return g_str_equal (found, digest) ||
         vz_fail (error, VZ_ERROR_BUSY,
                  "the script or the files changed while they were being read");
}
