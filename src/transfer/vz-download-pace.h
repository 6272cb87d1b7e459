/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many connections a download should have: more as long as that makes the whole faster. It
 * knows rates and the time, but nothing of networks. */
typedef struct {
  guint wanted; /* connections there shall be */
  guint limit; /* most that there may be */
  double rate; /* bytes a second lately, of all together */
  /* Its own: */
  guint fewer; /* the number that was last worth it */
  double before; /* and what they brought */
  gint64 settled_until; /* more did not help; 0: not known */
  gint64 rest; /* microseconds to stay settled next time */
  gboolean doubted; /* one doubling brought nothing */
  gint64 answer_time; /* microseconds until the first byte came; 0: not yet */
  gint64 grown_at; /* when @wanted changed */
  gint64 looked_at;
  guint64 seen;
} VzDownloadPace;

/* Begins with one. @now: microseconds, monotonic, here and below. */
void vz_download_pace_init (VzDownloadPace *self, guint limit, gint64 now);

/* To be called often. @received: bytes of all connections, ever. @working: how many of those wanted
 * have ever brought something. @may_grow: FALSE when something else sets the rate. */
void vz_download_pace_look (VzDownloadPace *self, guint64 received, guint working,
                            gboolean may_grow, gint64 now);

/* The server turned a connection away while @running others were at work. */
void vz_download_pace_turned_away (VzDownloadPace *self, guint running);

/* Another file: begins with one again; what the server allows is still so. */
void vz_download_pace_restart (VzDownloadPace *self);

G_END_DECLS
