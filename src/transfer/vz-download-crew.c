/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-crew.h"

#include "foundation/vz-fail.h"
#include "transfer/vz-download-pace.h"

/* How this works
 *
 * One thread drives libcurl's multi handle. The pace decides how many connections there are. Each
 * takes the next few seconds' worth of the file, so that the received data stays nearly contiguous
 * and can be hashed behind them. When nothing is left, an idle connection takes half of the largest
 * remainder. */

#define MOST_CONNECTIONS 16
#define FIRST_PIECE ((guint64) 4 << 20)
#define LARGEST_PIECE ((guint64) 64 << 20)
#define PIECE_SECONDS 2
#define MOST_TRIES 8u /* in a row, without a byte: an outage of two minutes */
#define MOST_TRIES_AT_FIRST 4u
#define FIRST_PAUSE_US (G_USEC_PER_SEC / 4)
#define LONGEST_PAUSE_S 60
#define MOST_RESTARTS 2
#define POLL_MS 50
#define LEAST_WAIT 0.25 /* of the time */

typedef struct {
  VzDownloadShared *shared;
  VzProgress *progress; /* borrowed; NULL: not displayed */
  CURLM *multi;
  VzDownloadTransfer transfers[MOST_CONNECTIONS];
  guint n_transfers;
  VzDownloadPace pace;
  gboolean held; /* a connection has had to pause since the pace last checked */
  gint64 waited; /* microseconds spent waiting for data since the pace last checked */
  gint64 allowed_at;
  guint restarts;
  gboolean ended; /* a transfer ended in this round, so its connection may be idle */
  gboolean complete;
} Crew;

static guint64
piece_size (const Crew *self)
{
  double each = self->pace.rate * PIECE_SECONDS / self->pace.wanted;

  return CLAMP ((guint64) each, FIRST_PIECE, LARGEST_PIECE);
}

static gboolean
split (Crew *self, VzDownloadPiece *piece)
{
  VzDownloadPiece *pieces[MOST_CONNECTIONS];
  guint n = 0;

  for (guint i = 0; i < self->n_transfers; i++)
    if (self->transfers[i].has_piece)
      pieces[n++] = &self->transfers[i].piece;
  return vz_download_plan_split (&self->shared->file->plan, pieces, n, piece);
}

/* The remaining work of an inactive connection goes to the others. */
static void
take_away_piece (Crew *self, VzDownloadTransfer *transfer)
{
  if (self->shared->file->planned)
    vz_download_plan_give_back (&self->shared->file->plan, &transfer->piece);
  transfer->has_piece = FALSE;
}

/* FALSE: no work for it. */
static gboolean
give_piece (Crew *self, VzDownloadTransfer *transfer)
{
  VzDownloadFile *file = self->shared->file;

  if (transfer->has_piece)
    return TRUE;
  if (!file->planned)
    {
      transfer->piece = (VzDownloadPiece){ 0, FIRST_PIECE };
      transfer->has_piece = transfer == &self->transfers[0];
    }
  else
    transfer->has_piece =
      vz_download_plan_take (&file->plan, piece_size (self), &transfer->piece) ||
      split (self, &transfer->piece);
  return transfer->has_piece;
}

static gboolean
start_transfers (Crew *self, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  while (self->n_transfers < self->pace.wanted)
    {
      if (!vz_download_transfer_init (&self->transfers[self->n_transfers], self->shared, error))
        return FALSE;
      self->n_transfers++;
    }
  for (guint i = self->pace.wanted; i < self->n_transfers; i++)
    if (self->transfers[i].has_piece && !self->transfers[i].running)
      take_away_piece (self, &self->transfers[i]);
  for (guint i = 0; i < self->pace.wanted; i++)
    {
      VzDownloadTransfer *transfer = &self->transfers[i];

      if (transfer->running || transfer->retry_at > now || !give_piece (self, transfer))
        continue;
      vz_download_transfer_prepare (transfer);
      transfer->running = TRUE;
      if (curl_multi_add_handle (self->multi, transfer->handle) != CURLM_OK)
        return vz_fail (error, VZ_ERROR_INTERNAL, "cannot set up libcurl");
    }
  return TRUE;
}

static void
stop_transfers (Crew *self)
{
  for (guint i = 0; i < self->n_transfers; i++)
    {
      if (self->transfers[i].running)
        curl_multi_remove_handle (self->multi, self->transfers[i].handle);
      self->transfers[i].running = self->transfers[i].has_piece = FALSE;
    }
}

static void
show_phase (Crew *self)
{
  if (self->progress != NULL)
    vz_progress_set_phase (self->progress, vz_download_file_get_complete (self->shared->file) > 0
                                             ? VZ_PROGRESS_PHASE_RESUMING
                                             : VZ_PROGRESS_PHASE_FETCHING);
}

static gboolean
restart (Crew *self, GError **error)
{
  if (self->restarts++ == MOST_RESTARTS)
    return vz_fail (
      error, VZ_ERROR_NETWORK_ERROR,
      "'%s' cannot be fetched: range: the file on the server changed while it was being fetched",
      self->shared->url);
  stop_transfers (self);
  vz_download_pace_restart (&self->pace);
  if (!vz_download_file_reset (self->shared->file, error))
    return FALSE;
  show_phase (self);
  return TRUE;
}

static void
pause_transfer (VzDownloadTransfer *self)
{
  guint64 asked = MIN (self->headers.retry_after, (guint64) LONGEST_PAUSE_S) * G_USEC_PER_SEC;

  self->retry_at = g_get_monotonic_time () +
                   (gint64) MAX (asked, (guint64) FIRST_PAUSE_US << self->failures);
}

static guint
count_running (const Crew *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_transfers; i++)
    n += self->transfers[i].running;
  return n;
}

/* Takes ownership of @cause. A download in a single request restarts each time, so bytes are not
 * progress. */
static gboolean
try_again (Crew *self, VzDownloadTransfer *transfer, gboolean busy, GError *cause, GError **error)
{
  guint running = count_running (self),
        most = self->shared->answered ? MOST_TRIES : MOST_TRIES_AT_FIRST;

  if (transfer->got > 0 && !self->shared->plain)
    transfer->failures = 0;
  if (busy && running > 0)
    vz_download_pace_turned_away (&self->pace, running);
  else if (++transfer->failures >= most)
    {
      g_propagate_prefixed_error (error, cause, "after %u tries: ", most);
      return FALSE;
    }
  g_error_free (cause);
  pause_transfer (transfer);
  if (self->shared->plain || !self->shared->file->planned)
    {
      self->shared->plain = FALSE;
      transfer->has_piece = FALSE;
      return vz_download_file_reset (self->shared->file, error);
    }
  return TRUE;
}

static gboolean
finish_transfer (Crew *self, VzDownloadTransfer *transfer, CURLcode code, GError **error)
{
  GError *cause = NULL;
  VzDownloadOutcome outcome;

  curl_multi_remove_handle (self->multi, transfer->handle);
  outcome = vz_download_transfer_finish (transfer, code, &cause);
  switch (outcome)
    {
    case VZ_DOWNLOAD_WENT_WELL:
      transfer->failures = 0;
      transfer->has_piece = FALSE;
      self->complete = self->shared->plain;
      return TRUE;
    case VZ_DOWNLOAD_CHANGED:
      return restart (self, error);
    case VZ_DOWNLOAD_WEAK:
    case VZ_DOWNLOAD_BUSY:
      return try_again (self, transfer, outcome == VZ_DOWNLOAD_BUSY, cause, error);
    case VZ_DOWNLOAD_FAILED:
    default:
      g_propagate_error (error, cause);
      return FALSE;
    }
}

static gboolean
finish_transfers (Crew *self, GError **error)
{
  CURLMsg *message;
  int left;

  self->ended = FALSE;
  while ((message = curl_multi_info_read (self->multi, &left)) != NULL)
    {
      VzDownloadTransfer *transfer = NULL;

      if (message->msg != CURLMSG_DONE)
        continue;
      self->ended = TRUE;
      curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, &transfer);
      if (!finish_transfer (self, transfer, message->data.result, error))
        return FALSE;
    }
  return TRUE;
}

/* More connections are useless if some had to pause for the rate limit, or if the thread hardly
 * ever waits for them, or waits for the disk. */
static gboolean
may_grow (const Crew *self, gint64 now)
{
  const VzDownloadShared *shared = self->shared;

  return !shared->plain && shared->file->planned && !self->held &&
         self->waited >= (now - self->pace.looked_at) * LEAST_WAIT;
}

static void
look_at_rate (Crew *self)
{
  guint working = 0, wanted = self->pace.wanted;
  gint64 now = g_get_monotonic_time (), looked_at = self->pace.looked_at;

  for (guint i = 0; i < self->n_transfers; i++)
    {
      working += i < wanted && self->transfers[i].came_up;
      self->held = self->held || self->transfers[i].paused;
    }
  vz_download_pace_look (&self->pace, self->shared->received, working, may_grow (self, now), now);
  if (self->pace.looked_at != looked_at)
    {
      self->waited = 0;
      self->held = FALSE;
    }
  if (self->pace.wanted != wanted)
    g_debug ("fetching: %u connections bring %.0f bytes per second; now %u", wanted,
             self->pace.rate, self->pace.wanted);
}

static void
allow (Crew *self)
{
  VzDownloadShared *shared = self->shared;
  gint64 now = g_get_monotonic_time (), passed = MIN (now - self->allowed_at, G_USEC_PER_SEC);
  gint64 most = (gint64) (shared->rate_limit / 4 + 1);

  if (shared->rate_limit == 0)
    return;
  shared->allowance += (gint64) ((double) shared->rate_limit * (double) passed / G_USEC_PER_SEC);
  shared->allowance = MIN (shared->allowance, most);
  self->allowed_at = now;
  for (guint i = 0; i < self->n_transfers && shared->allowance > 0; i++)
    if (self->transfers[i].running && self->transfers[i].paused)
      {
        self->transfers[i].paused = FALSE;
        curl_easy_pause (self->transfers[i].handle, CURLPAUSE_CONT);
      }
}

static void
show (Crew *self)
{
  VzProgress *progress = self->progress;
  VzDownloadFile *file = self->shared->file;
  guint64 total = file->planned ? file->plan.length : 0;

  if (progress == NULL)
    return;
  if (self->shared->plain && self->transfers[0].piece.end != G_MAXUINT64)
    total = self->transfers[0].piece.end;
  if (total != vz_progress_get_total (progress))
    vz_progress_set_total (progress, total);
  vz_progress_set_completed (progress, vz_download_file_get_complete (file));
}

static void
wait_for_data (Crew *self)
{
  gint64 begun = g_get_monotonic_time ();

  curl_multi_poll (self->multi, NULL, 0, self->ended ? 0 : POLL_MS, NULL);
  self->waited += g_get_monotonic_time () - begun;
}

static gboolean
work (Crew *self, GCancellable *cancellable, GError **error)
{
  VzDownloadFile *file = self->shared->file;

  while (!self->complete && !(file->planned && vz_download_plan_is_complete (&file->plan)))
    {
      int running;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      allow (self);
      if (!start_transfers (self, error))
        return FALSE;
      curl_multi_perform (self->multi, &running);
      if (!finish_transfers (self, error) || !vz_download_file_tend (file, error))
        return FALSE;
      look_at_rate (self);
      show (self);
      wait_for_data (self);
    }
  return TRUE;
}

gboolean
vz_download_crew_run (VzDownloadShared *shared, VzProgress *progress, GCancellable *cancellable,
                      GError **error)
{
  g_autofree Crew *self = g_new0 (Crew, 1);
  gboolean ok;

  self->shared = shared;
  self->progress = progress;
  self->allowed_at = g_get_monotonic_time ();
  vz_download_pace_init (&self->pace, MOST_CONNECTIONS, self->allowed_at);
  self->multi = curl_multi_init ();
  show_phase (self);
  ok = work (self, cancellable, error);
  stop_transfers (self);
  for (guint i = 0; i < self->n_transfers; i++)
    vz_download_transfer_clear (&self->transfers[i]);
  curl_multi_cleanup (self->multi);
  return ok;
}
