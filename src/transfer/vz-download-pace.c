/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-pace.h"

/* How this works
 *
 * It begins with one connection. As soon as all wanted connections deliver data, their total rate
 * is measured for a while, and their number is doubled. A doubling that gained nothing is followed
 * by another, since the rate before it may have been misleading: servers that limit each connection
 * are generous at first. If both together gained nothing, the number returns to what it was before
 * and stays there for some seconds, longer each time, before more are tried again: networks change.
 * If the rate falls far below what that number once achieved, more are tried at once. */

#define SHORTEST_WHILE (G_USEC_PER_SEC / 4)
#define LONGEST_WHILE (2 * G_USEC_PER_SEC)
#define ANSWER_TIMES 4 /* per measurement: a connection needs several to reach its full speed */
#define SHORTEST_REST (4 * G_USEC_PER_SEC)
#define LONGEST_REST (64 * G_USEC_PER_SEC)
#define WORTH_IT 1.15 /* minimum speedup that justifies more connections */
#define FELL 0.7

void
vz_download_pace_init (VzDownloadPace *self, guint limit, gint64 now)
{
  *self = (VzDownloadPace){ .wanted = 1,
                            .limit = limit,
                            .fewer = 1,
                            .grown_at = now,
                            .looked_at = now,
                            .rest = SHORTEST_REST };
}

static void
grow (VzDownloadPace *self)
{
  self->wanted = MIN (self->wanted * 2, self->limit);
}

/* The increase was worth it, or the old measurement no longer applies. */
static void
grow_from_here (VzDownloadPace *self)
{
  self->before = self->rate;
  self->fewer = self->wanted;
  self->doubted = FALSE;
  self->settled_until = 0;
  grow (self);
}

static void
settle (VzDownloadPace *self, gint64 now)
{
  self->wanted = MIN (self->fewer, self->limit);
  self->settled_until = now + self->rest;
  self->doubted = FALSE;
  self->rest = MIN (self->rest * 2, LONGEST_REST);
}

static void
judge (VzDownloadPace *self, gint64 now)
{
  gboolean settled = self->settled_until != 0, fell = self->rate < self->before * FELL;

  if (settled && now < self->settled_until && !fell)
    return;
  if (settled ? fell : self->rate >= self->before * WORTH_IT)
    self->rest = SHORTEST_REST;
  if (settled || self->rate >= self->before * WORTH_IT)
    grow_from_here (self);
  else if (self->doubted)
    settle (self, now);
  else
    {
      self->doubted = TRUE;
      if (fell)
        self->before = self->rate;
      grow (self);
    }
}

/* Data from now on counts for the next check. */
static void
begin_look (VzDownloadPace *self, guint64 received, gint64 now)
{
  self->looked_at = now;
  self->seen = received;
}

/* Connections that have delivered nothing for so long may never do so. */
static gboolean
is_waiting (const VzDownloadPace *self, guint64 received, guint working, gint64 now)
{
  return received == 0 || (working < self->wanted && now - self->grown_at < LONGEST_WHILE);
}

void
vz_download_pace_look (VzDownloadPace *self, guint64 received, guint working, gboolean may_grow,
                       gint64 now)
{
  guint wanted = self->wanted;

  if (received > 0 && self->answer_time == 0)
    self->answer_time = now - self->grown_at;
  if (is_waiting (self, received, working, now))
    begin_look (self, received, now);
  if (now - self->looked_at <
      CLAMP (ANSWER_TIMES * self->answer_time, SHORTEST_WHILE, LONGEST_WHILE))
    return;
  self->rate = (double) (received - self->seen) * G_USEC_PER_SEC / (double) (now - self->looked_at);
  begin_look (self, received, now);
  if (may_grow && self->rate > 0)
    judge (self, now);
  if (self->wanted != wanted)
    self->grown_at = now;
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
  self->rest = SHORTEST_REST;
  self->doubted = FALSE;
}
