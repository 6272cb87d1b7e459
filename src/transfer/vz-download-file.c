/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-file.h"

#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-write.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_INTERVAL_MS 200
#define SINK_INTERVAL (5 * G_USEC_PER_SEC)
#define STATE_MAX (64 * 1024 * 1024)

/* Whether the locked file is still the one with that name. */
static gboolean
is_current (VzDownloadFile *self)
{
  struct stat ours, named;

  return fstat (self->fd, &ours) == 0 && stat (self->part, &named) == 0 &&
         ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

/* The address that the lock's holder is fetching. */
static char *
read_others_url (VzDownloadFile *self)
{
  g_autoptr (GBytes) bytes = vz_file_read (self->sidecar, STATE_MAX, NULL);
  g_auto (VzDownloadOrigin) origin = { NULL };
  g_auto (VzDownloadPlan) plan = { 0 };
  gsize head;

  if (bytes == NULL || !vz_download_state_parse (bytes, self->boot, &origin, &plan, &head))
    return NULL;
  return g_steal_pointer (&origin.url);
}

/* Takes the lock. @others_url: of the process that had it, if known. */
static gboolean
wait_for_lock (VzDownloadFile *self, char **others_url, VzProgress *progress,
               GCancellable *cancellable, GError **error)
{
  while (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    {
      char *url;

      if (errno != EWOULDBLOCK && errno != EINTR)
        return vz_fail_errno (error, "cannot lock '%s'", self->part);
      if (progress != NULL)
        vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_WAITING);
      url = read_others_url (self);
      if (url != NULL)
        {
          g_free (*others_url);
          *others_url = url;
        }
      if (!vz_pause (LOCK_INTERVAL_MS, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
open_and_lock (VzDownloadFile *self, char **others_url, VzProgress *progress,
               GCancellable *cancellable, GError **error)
{
  do
    {
      vz_file_close (&self->fd);
      self->fd = open (self->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
      if (self->fd < 0)
        return vz_fail_errno (error, "disk: cannot write '%s'", self->part);
      if (!wait_for_lock (self, others_url, progress, cancellable, error))
        return FALSE;
    }
  while (!is_current (self));
  return TRUE;
}

/* Resumes an earlier attempt if its sidecar is intact and for this address. */
static gboolean
resume (VzDownloadFile *self, const char *url)
{
  g_autoptr (GBytes) bytes = vz_file_read (self->sidecar, STATE_MAX, NULL);
  struct stat st;

  if (bytes == NULL ||
      !vz_download_state_parse (bytes, self->boot, &self->origin, &self->plan, &self->head))
    return FALSE;
  self->planned = TRUE;
  if (strcmp (self->origin.url, url) != 0 ||
      vz_download_origin_get_condition (&self->origin) == NULL || fstat (self->fd, &st) != 0 ||
      (guint64) st.st_size != self->plan.length)
    return FALSE;
  self->state_fd = open (self->sidecar, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  return self->state_fd >= 0;
}

static void
start_hash (VzDownloadFile *self)
{
  g_clear_pointer (&self->hash, vz_download_hash_free);
  self->hash = vz_download_hash_new (self->fd, self->algorithm);
  if (self->planned)
    vz_download_hash_advance (self->hash, vz_download_plan_get_frontier (&self->plan));
}

static gboolean
check_space_at (const char *path, guint64 needed, guint64 length, GError **error)
{
  const VzDestination wanted = { .data = needed, .length = needed, .largest = length };

  VZ_ERROR_PREFIX ("disk");
  return vz_destination_check (path, &wanted, error);
}

gboolean
vz_download_file_open (VzDownloadFile *self, const VzDownloadPlace *place, gboolean *ret_done,
                       VzProgress *progress, GCancellable *cancellable, GError **error)
{
  const char *destination = place->destination;
  g_autofree char *others_url = NULL;

  *self = (VzDownloadFile){
    .fd = -1, .state_fd = -1, .algorithm = place->algorithm, .apart = place->part != NULL
  };
  self->destination = g_strdup (destination);
  self->part = self->apart ? g_strdup (place->part) : g_strconcat (destination, ".part", NULL);
  self->sidecar = g_strconcat (self->part, ".state", NULL);
  self->boot = vz_download_state_dup_boot ();
  *ret_done = FALSE;
  if (vz_file_is_there (destination))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists and will not be overwritten",
                    destination);
  if (!check_space_at (destination, 0, 0, error) ||
      !open_and_lock (self, &others_url, progress, cancellable, error))
    return FALSE;
  if (vz_file_is_there (destination))
    {
      vz_download_file_abandon (self, FALSE);
      *ret_done = others_url != NULL && strcmp (others_url, place->url) == 0;
      return *ret_done || vz_fail (error, VZ_ERROR_EXISTS,
                                   "'%s' already exists and will not be overwritten", destination);
    }
  self->flush = vz_download_flush_new (self->fd);
  self->sank_at = g_get_monotonic_time ();
  if (!resume (self, place->url))
    return vz_download_file_reset (self, error);
  start_hash (self);
  return TRUE;
}

void
vz_download_file_close (VzDownloadFile *self)
{
  g_clear_pointer (&self->hash, vz_download_hash_free);
  g_clear_pointer (&self->flush, vz_download_flush_free);
  vz_file_close (&self->state_fd);
  vz_file_close (&self->fd);
  vz_download_origin_clear (&self->origin);
  vz_download_plan_clear (&self->plan);
  g_clear_pointer (&self->destination, g_free);
  g_clear_pointer (&self->part, g_free);
  g_clear_pointer (&self->sidecar, g_free);
  g_clear_pointer (&self->boot, g_free);
}

/* If so, it is finally copied and needs the space twice. */
static gboolean
is_on_another_file_system (VzDownloadFile *self)
{
  g_autofree char *directory = g_path_get_dirname (self->destination);
  struct stat here, there;

  return self->apart && fstat (self->fd, &here) == 0 && stat (directory, &there) == 0 &&
         here.st_dev != there.st_dev;
}

gboolean
vz_download_file_check_space (VzDownloadFile *self, guint64 length, GError **error)
{
  struct stat st;
  guint64 needed = fstat (self->fd, &st) == 0 ? length - MIN (length, (guint64) st.st_blocks * 512)
                                              : length;

  return check_space_at (self->apart ? self->part : self->destination, needed, length, error) &&
         (!is_on_another_file_system (self) ||
          check_space_at (self->destination, length, length, error));
}

gboolean
vz_download_file_begin (VzDownloadFile *self, const char *url, const VzHttpHeaders *headers,
                        guint64 length, GError **error)
{
  g_autoptr (GBytes) state = NULL;

  if (!vz_download_file_check_space (self, length, error))
    return FALSE;
  if (ftruncate (self->fd, (off_t) length) != 0)
    return vz_fail_errno (error, "disk: cannot write '%s'", self->part);
  vz_download_origin_set (&self->origin, url, headers, length);
  vz_download_plan_init (&self->plan, length);
  self->planned = TRUE;
  state = vz_download_state_format (&self->origin, &self->plan, self->boot, &self->head);
  if (!vz_file_write (self->sidecar, state, 0644, error))
    return FALSE;
  self->state_fd = open (self->sidecar, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  return self->state_fd >= 0 || vz_fail_errno (error, "disk: cannot write '%s'", self->sidecar);
}

/* A lost byte only costs fetching its block again. */
static void
write_down (gsize block, gpointer user_data)
{
  VzDownloadFile *self = user_data;

  if (pwrite (self->state_fd, &self->plan.blocks[block], 1, (off_t) (self->head + block)) != 1)
    g_debug ("%s: %s", self->sidecar, g_strerror (errno));
}

gboolean
vz_download_file_write (VzDownloadFile *self, const char *data, gsize size, guint64 position,
                        GError **error)
{
  guint64 end = position + size;

  if (!vz_pwrite_all (self->fd, data, size, (off_t) position))
    return vz_fail_errno (error, "disk: cannot write '%s'", self->part);
  if (self->planned)
    vz_download_plan_wrote (&self->plan, position, end, write_down, self);
  else
    self->written = end;
  vz_download_flush_wrote (self->flush, size);
  vz_download_hash_advance (self->hash,
                            self->planned ? vz_download_plan_get_frontier (&self->plan) : end);
  return TRUE;
}

static gboolean
fail_sinking (VzDownloadFile *self, int failure, GError **error)
{
  errno = failure;
  return vz_fail_errno (error, "disk: cannot write '%s'", self->part);
}

gboolean
vz_download_file_tend (VzDownloadFile *self, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if (!self->planned || !vz_download_flush_is_idle (self->flush))
    return TRUE;
  if (self->sinking)
    {
      int failure = vz_download_flush_wait (self->flush);

      if (failure != 0)
        return fail_sinking (self, failure, error);
      vz_download_plan_turn (&self->plan, VZ_DOWNLOAD_SINKING, VZ_DOWNLOAD_SAFE, write_down, self);
      self->sinking = FALSE;
    }
  if (now - self->sank_at < SINK_INTERVAL)
    return TRUE;
  self->sank_at = now;
  self->sinking =
    vz_download_plan_turn (&self->plan, VZ_DOWNLOAD_THERE, VZ_DOWNLOAD_SINKING, NULL, NULL);
  if (self->sinking)
    vz_download_flush_begin (self->flush);
  return TRUE;
}

gboolean
vz_download_file_reset (VzDownloadFile *self, GError **error)
{
  g_clear_pointer (&self->hash, vz_download_hash_free);
  vz_file_close (&self->state_fd);
  vz_download_origin_clear (&self->origin);
  vz_download_plan_clear (&self->plan);
  self->planned = self->sinking = FALSE;
  self->written = 0;
  /* In this order, or a sidecar could refer to lost bytes. */
  if (unlink (self->sidecar) != 0 && errno != ENOENT)
    return vz_fail_errno (error, "disk: cannot remove '%s'", self->sidecar);
  if (ftruncate (self->fd, 0) != 0)
    return vz_fail_errno (error, "disk: cannot write '%s'", self->part);
  start_hash (self);
  return TRUE;
}

guint64
vz_download_file_get_complete (const VzDownloadFile *self)
{
  return self->planned ? self->plan.complete : self->written;
}

void
vz_download_file_abandon (VzDownloadFile *self, gboolean keep)
{
  VzDownloadBlock reached;

  g_clear_pointer (&self->hash, vz_download_hash_free);
  if (self->fd < 0)
    return;
  if (!keep || !self->planned || self->plan.complete == 0 ||
      vz_download_origin_get_condition (&self->origin) == NULL)
    {
      unlink (self->sidecar);
      unlink (self->part);
      return;
    }
  vz_download_flush_begin (self->flush);
  /* After a disk error, it is unknown which bytes are on the disk. */
  reached = vz_download_flush_wait (self->flush) == 0 ? VZ_DOWNLOAD_SAFE : VZ_DOWNLOAD_FREE;
  vz_download_plan_turn (&self->plan, VZ_DOWNLOAD_THERE, reached, write_down, self);
  vz_download_plan_turn (&self->plan, VZ_DOWNLOAD_SINKING, reached, write_down, self);
}

void
vz_download_file_settle (VzDownloadFile *self)
{
  vz_download_flush_begin (self->flush);
}

gboolean
vz_download_file_commit (VzDownloadFile *self, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (self->destination);

  int failure = vz_download_flush_wait (self->flush);

  if (failure != 0)
    return fail_sinking (self, failure, error);
  if (!vz_file_move_no_replace (self->part, self->destination, VZ_FILE_MODE_USUAL, error))
    return FALSE;
  unlink (self->sidecar);
  vz_file_sync_directory (
    directory, NULL); /* it is in place: only a crash of the host could remove it again */
  return TRUE;
}
