/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-pace.h"

/* How this works
 *
 * Twice a second the rate is looked at. Each time their number is doubled, and when the next look shows that this
 * brought nothing, it goes back and stays so for some seconds before it is tried once more: networks change, and one
 * look can be deceived. Servers that limit each connection are generous at its beginning, so a rate that falls far
 * below the last says that the last one was no measure, and not that there are too many. That excuse counts
 * once. */

#define INTERVAL (G_USEC_PER_SEC / 2)
#define SETTLED_TIME (4 * G_USEC_PER_SEC)
#define WORTH_IT 1.15 /* how much faster more connections must have made it */
#define FELL 0.7

void
vz_download_pace_init (VzDownloadPace *self, guint limit, gint64 now)
{
  *self = (VzDownloadPace){ .wanted = 1, .limit = limit, .fewer = 1, .looked_at = now };
}

static void
judge (VzDownloadPace *self, gint64 now)
{
  gboolean settled = self->settled_until != 0, fell = self->rate < self->before * FELL;

  if (settled && now < self->settled_until && !fell)
    return;
  if (!settled && self->rate < self->before * WORTH_IT && (!fell || self->doubted))
    {
      self->wanted = MIN (self->fewer, self->limit);
      self->settled_until = now + SETTLED_TIME;
      self->doubted = FALSE;
      return;
    }
  self->doubted = !settled && fell;
  self->settled_until = 0;
  self->before = self->rate;
  self->fewer = self->wanted;
  self->wanted = MIN (self->wanted * 2, self->limit);
}

void
vz_download_pace_look (VzDownloadPace *self, guint64 received, gboolean may_grow, gint64 now)
{
  if (received == 0)
    self->looked_at = now;
  if (now - self->looked_at < INTERVAL)
    return;
  self->rate = (double) (received - self->seen) * G_USEC_PER_SEC / (double) (now - self->looked_at);
  self->looked_at = now;
  self->seen = received;
  if (may_grow && self->rate > 0)
    judge (self, now);
}

void
vz_download_pace_turned_away (VzDownloadPace *self, guint running)
{
  self->limit = self->wanted = MAX (1, MIN (self->wanted - 1, running));
}

void
vz_download_pace_restart (VzDownloadPace *self)
{
  self->wanted = self->fewer = 1;
  self->before = 0;
  self->settled_until = 0;
  self->doubted = FALSE;
}
