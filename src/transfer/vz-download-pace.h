/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many connections a download should have: more as long as that makes the whole faster. It
 * knows rates and time, but nothing about networks. */
typedef struct {
  guint wanted; /* number of connections to have */
  guint limit; /* maximum number */
  double rate; /* recent bytes per second, of all together */
  /* Its own: */
  guint fewer; /* the last number that was worth it */
  double before; /* and its rate */
  gint64 settled_until; /* more did not help; 0: unknown */
  gint64 rest; /* microseconds to stay settled next time */
  gboolean doubted; /* one doubling gained nothing */
  gint64 answer_time; /* microseconds until the first byte came; 0: not yet */
  gint64 grown_at; /* when @wanted changed */
  gint64 looked_at;
  guint64 seen;
} VzDownloadPace;

/* Begins with one. @now: microseconds, monotonic, here and below. */
void vz_download_pace_init (VzDownloadPace *self, guint limit, gint64 now);

/* To be called often. @received: total bytes of all connections. @working: how many of those wanted
 * have delivered anything. @may_grow: FALSE if something else limits the rate. */
void vz_download_pace_look (VzDownloadPace *self, guint64 received, guint working,
                            gboolean may_grow, gint64 now);

/* The server rejected a connection while @running others were active. */
void vz_download_pace_turned_away (VzDownloadPace *self, guint running);

/* Another file: restarts with one; the server's limit is kept. */
void vz_download_pace_restart (VzDownloadPace *self);

G_END_DECLS
