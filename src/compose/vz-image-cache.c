/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-image-cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * An entry is "LABEL-REQUEST-TIME-STATE.ipsw": the label is for the user, REQUEST and STATE are the
 * first digits of digests, and TIME is when the archive was signed, so that names of the same
 * request sort by age. An entry's modification time is when it was last used; nothing else changes
 * a file. Entries appear complete, through the writer's rename.
 *
 * "fetched-ADDRESS.ipsw.part" is what has been fetched of an image so far, with
 * "fetched-ADDRESS.ipsw.part.state" beside it; both belong to the download, which locks the former.
 * They are moved out of the cache once complete. */

#define SUFFIX ".ipsw"
#define PART_SUFFIX SUFFIX ".part"
#define DIGITS 12
#define LOCK_POLL_MS 200
#define IN_USE_SECONDS 3600

static char *
dup_stem (const char *label, const char *request)
{
  return g_strdup_printf ("%s-%.*s", label, DIGITS, request);
}

char *
vz_image_cache_dup_name (const char *label, const char *request, gint64 time, const char *state)
{
  g_autofree char *stem = dup_stem (label, request);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time);
  g_autofree char *text = g_date_time_format (date, "%Y%m%dT%H%M%SZ");

  return g_strdup_printf ("%s-%s-%.*s" SUFFIX, stem, text, DIGITS, state);
}

static char *
use (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  if (access (path, R_OK) < 0)
    return NULL;
  utimensat (AT_FDCWD, path, NULL, 0);
  return g_steal_pointer (&path);
}

char *
vz_image_cache_lookup (const char *directory, const char *name)
{
  return use (directory, name);
}

char *
vz_image_cache_lookup_newest (const char *directory, const char *label, const char *request)
{
  g_autofree char *stem = dup_stem (label, request);
  g_autofree char *prefix = g_strdup_printf ("%s-", stem);
  g_autofree char *newest = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, SUFFIX) &&
        g_strcmp0 (name, newest) > 0)
      {
        g_free (newest);
        newest = g_strdup (name);
      }
  return newest != NULL ? use (directory, newest) : NULL;
}

char *
vz_image_cache_dup_part_path (const char *directory, const char *url)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);

  return g_strdup_printf ("%s/fetched-%.*s" PART_SUFFIX, directory, DIGITS, digest);
}

int
vz_image_cache_lock (const char *directory, const char *label, const char *request,
                     GCancellable *cancellable, GError **error)
{
  g_autofree char *stem = dup_stem (label, request);
  g_autofree char *path = g_strdup_printf ("%s/.%s.lock", directory, stem);
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      vz_fail_errno (error, "cannot open '%s'", path);
      return -1;
    }
  while (flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        {
          vz_fail_errno (error, "cannot lock '%s'", path);
          return -1;
        }
      if (!vz_pause (LOCK_POLL_MS, cancellable, error))
        return -1;
    }
  return vz_file_steal_fd (&fd);
}

typedef struct {
  char *path;
  gint64 used;
  guint64 size;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->path);
  g_free (entry);
}

/* Most recently used first. */
static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *left = *(const Entry *const *) a, *right = *(const Entry *const *) b;

  return left->used != right->used ? (left->used < right->used ? 1 : -1)
                                   : strcmp (left->path, right->path);
}

static GPtrArray *
list_entries (const char *directory)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      struct stat info;
      Entry *entry;

      if (!(g_str_has_suffix (name, SUFFIX) || g_str_has_suffix (name, PART_SUFFIX)) ||
          lstat (path, &info) < 0 || !S_ISREG (info.st_mode))
        continue;
      entry = g_new0 (Entry, 1);
      entry->path = g_steal_pointer (&path);
      entry->used = info.st_mtime;
      /* an unfinished one has its full length from the start */
      entry->size = g_str_has_suffix (name, SUFFIX) ? (guint64) info.st_size
                                                    : (guint64) info.st_blocks * 512;
      g_ptr_array_add (entries, entry);
    }
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

/* A sidecar must not refer to lost bytes, so it is removed first; a complete image has none. */
static gboolean
remove_entry (const Entry *entry)
{
  g_autofree char *sidecar = g_strconcat (entry->path, ".state", NULL);

  unlink (sidecar);
  return unlink (entry->path) == 0;
}

void
vz_image_cache_prune (const char *directory, gint64 now, guint64 budget)
{
  g_autoptr (GPtrArray) entries = list_entries (directory);
  guint64 total = 0;

  for (guint i = 0; i < entries->len; i++)
    total += ((Entry *) g_ptr_array_index (entries, i))->size;
  for (guint i = entries->len; i-- > 0;)
    {
      Entry *entry = g_ptr_array_index (entries, i);
      gboolean old = now - entry->used > VZ_IMAGE_CACHE_DAYS * 24 * 3600;
      gboolean too_much = total > budget && i >= VZ_IMAGE_CACHE_KEEP;

      if ((old || too_much) && now - entry->used > IN_USE_SECONDS && remove_entry (entry))
        total -= entry->size;
    }
}
