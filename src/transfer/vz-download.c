/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download.h"

#include "foundation/vz-fail.h"
#include "transfer/vz-download-crew.h"

static gboolean
check_digest (const VzDownload *self, VzDownloadFile *file, guint64 length, GCancellable *cancellable, GError **error)
{
  const char *expected = self->sha256 != NULL ? self->sha256 : self->sha1;
  g_autofree char *found = vz_download_hash_finish (file->hash, length, cancellable, error);

  if (found == NULL)
    return FALSE;
  if (expected == NULL || g_ascii_strcasecmp (expected, found) == 0)
    return TRUE;
  return vz_fail (error, VZ_ERROR_DIGEST_MISMATCH, "'%s' is not what it should be: digest: %s %s expected, %s found",
                  self->url, file->algorithm, expected, found);
}

static gboolean
verify (const VzDownload *self, VzDownloadFile *file, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  guint64 length = file->planned ? file->plan.length : file->written;

  if (progress != NULL)
    vz_progress_set_phase (progress, "verifying");
  vz_download_file_settle (file);
  if (self->size != 0 && self->size != length)
    return vz_fail (error, VZ_ERROR_DIGEST_MISMATCH,
                    "'%s' is not what it should be: length: %" G_GUINT64_FORMAT " bytes expected, %" G_GUINT64_FORMAT " found",
                    self->url, self->size, length);
  if (!check_digest (self, file, length, cancellable, error))
    return FALSE;
  if (self->check == NULL || self->check (file->part, cancellable, error))
    return TRUE;
  g_prefix_error (error, "'%s' is not what it should be: ", self->url);
  return FALSE;
}

static gboolean
fetch (const VzDownload *self, VzDownloadFile *file, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  VzDownloadShared shared = {
    .url = self->url,
    .file = file,
    .rate_limit = self->rate_limit,
  };
  GError *cause = NULL;

  if (progress != NULL)
    vz_progress_set_phase (progress, "fetching");
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
    vz_progress_set_phase (progress, "writing");
  if (vz_download_file_commit (file, error))
    return TRUE;
  vz_download_file_abandon (file, TRUE);
  return FALSE;
}

gboolean
vz_download_run (const VzDownload *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  const char *algorithm = self->sha256 == NULL && self->sha1 != NULL ? "sha1" : "sha256";
  VzDownloadFile file;
  gboolean done = FALSE, ok;

  ok = vz_download_file_open (&file, self->url, self->destination, algorithm, &done, progress, cancellable, error);
  if (ok && !done)
    ok = fetch (self, &file, progress, cancellable, error);
  vz_download_file_close (&file);
  return ok;
}
