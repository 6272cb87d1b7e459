/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "transfer/vz-download-crew.h"

static const char *
get_algorithm (const VzDownload *self)
{
  if (self->sha512 != NULL)
    return "sha512";
  return self->sha256 == NULL && self->sha1 != NULL ? "sha1" : "sha256";
}

static const char *
get_digest (const VzDownload *self)
{
  if (self->sha512 != NULL)
    return self->sha512;
  return self->sha256 != NULL ? self->sha256 : self->sha1;
}

static gboolean
check_length (const VzDownload *self, guint64 length, GError **error)
{
  if (self->size == 0 || self->size == length)
    return TRUE;
  return vz_fail (error, VZ_ERROR_DIGEST_MISMATCH,
                  "'%s' differs from what was expected: length: %" G_GUINT64_FORMAT
                  " bytes expected, %" G_GUINT64_FORMAT " found",
                  self->url, self->size, length);
}

static gboolean
check_digest (const VzDownload *self, VzDownloadHash *hash, guint64 length, VzProgress *progress,
              GCancellable *cancellable, GError **error)
{
  const char *expected = get_digest (self);
  g_autofree char *found = vz_download_hash_finish (hash, length, progress, cancellable, error);

  if (found == NULL)
    return FALSE;
  if (expected == NULL || g_ascii_strcasecmp (expected, found) == 0)
    return TRUE;
  return vz_fail (error, VZ_ERROR_DIGEST_MISMATCH,
                  "'%s' differs from what was expected: digest: %s %s expected, %s found",
                  self->url, get_algorithm (self), expected, found);
}

gboolean
vz_download_check_file (const VzDownload *self, const char *path, VzProgress *progress,
                        GCancellable *cancellable, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC);
  g_autoptr (VzDownloadHash) hash = NULL;
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0)
    return vz_fail_errno (error, "cannot read '%s'", path);
  if (!check_length (self, (guint64) st.st_size, error))
    return FALSE;
  if (get_digest (self) == NULL)
    return TRUE;
  if (progress != NULL)
    {
      vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_VERIFYING);
      vz_progress_set_total (progress, (guint64) st.st_size);
    }
  hash = vz_download_hash_new (fd, get_algorithm (self));
  return check_digest (self, hash, (guint64) st.st_size, progress, cancellable, error);
}

static gboolean
verify (const VzDownload *self, VzDownloadFile *file, VzProgress *progress,
        GCancellable *cancellable, GError **error)
{
  guint64 length = file->planned ? file->plan.length : file->written;

  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_VERIFYING);
  vz_download_file_settle (file);
  if (!check_length (self, length, error) ||
      !check_digest (self, file->hash, length, /* progress= */ NULL, cancellable, error))
    return FALSE;
  return self->check == NULL || self->check (file->part, cancellable, error) ||
         vz_fail_prefix (error, "'%s' differs from what was expected: ", self->url);
}

static gboolean
fetch (const VzDownload *self, VzDownloadFile *file, VzProgress *progress,
       GCancellable *cancellable, GError **error)
{
  VzDownloadShared shared = {
    .url = self->url,
    .file = file,
    .rate_limit = self->rate_limit,
  };
  GError *cause = NULL;

  if (!vz_download_crew_run (&shared, progress, cancellable, error))
    {
      vz_download_file_abandon (file, TRUE);
      return FALSE;
    }
  if (!verify (self, file, progress, cancellable, &cause))
    {
      vz_download_file_abandon (file, g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      g_propagate_error (error, cause);
      return FALSE;
    }
  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_WRITING);
  if (vz_download_file_commit (file, error))
    return TRUE;
  vz_download_file_abandon (file, TRUE);
  return FALSE;
}

gboolean
vz_download_run (const VzDownload *self, VzProgress *progress, GCancellable *cancellable,
                 GError **error)
{
  VzDownloadPlace place = {
    .url = self->url,
    .destination = self->destination,
    .part = self->part,
    .algorithm = get_algorithm (self),
  };
  VzDownloadFile file;
  gboolean done = FALSE, ok;

  ok = vz_download_file_open (&file, &place, &done, progress, cancellable, error);
  if (ok && !done)
    ok = fetch (self, &file, progress, cancellable, error);
  vz_download_file_close (&file);
  return ok;
}
