/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many connections a download has, with servers and lines that are reckoned in steps of ten
 * milliseconds. */
#include "transfer/vz-download-pace.h"

#define STEP (G_USEC_PER_SEC / 100)
#define SECOND ((gint64) G_USEC_PER_SEC)
#define MOST 16
#define FIRST_WINDOW 14600.0 /* bytes that TCP sends before the first acknowledgement */

/* What there is between the download and the file. Rates are bytes a second. */
typedef struct {
  VzDownloadPace pace;
  double line; /* of all connections together */
  double each; /* what the server gives one connection, */
  double generosity; /* how many times as much while it is new, */
  gint64 generous_for; /* and for how long */
  gint64 round_trip;
  gint64 pulse; /* the server sends that much time's worth at once; 0: evenly */
  gint64 opened_at[MOST]; /* 0: not yet */
  gint64 now;
  double received;
  guint64 connection_steps;
  guint steps;
  guint most;
} Line;

static void
begin (Line *self)
{
  self->now = 5;
  vz_download_pace_init (&self->pace, MOST, self->now);
}

/* Bytes that one connection could bring in this step. */
static double
get_bytes (const Line *self, guint i)
{
  gint64 age = self->now - self->opened_at[i] - 2 * self->round_trip;
  double rate = self->each * (age < self->generous_for ? MAX (1, self->generosity) : 1);

  if (age < 0)
    return 0;
  if (self->pulse > 0)
    return age % self->pulse < STEP ? rate * (double) self->pulse / SECOND : 0;
  if (self->round_trip > 0 && age / self->round_trip < 30)
    rate = MIN (rate, FIRST_WINDOW * (1 << (age / self->round_trip)) * SECOND /
                        (double) self->round_trip);
  return rate * STEP / SECOND;
}

static void
step (Line *self)
{
  double come = 0;
  guint working = 0;

  self->now += STEP;
  for (guint i = 0; i < self->pace.wanted; i++)
    {
      if (self->opened_at[i] == 0)
        self->opened_at[i] = self->now;
      come += get_bytes (self, i);
      working += self->now - self->opened_at[i] >= 2 * self->round_trip;
    }
  self->received += MIN (come, self->line * STEP / SECOND);
  self->connection_steps += self->pace.wanted;
  self->steps++;
  self->most = MAX (self->most, self->pace.wanted);
  vz_download_pace_look (&self->pace, (guint64) self->received, working, TRUE, self->now);
}

static void
pass (Line *self, gint64 time)
{
  for (gint64 end = self->now + time; self->now < end;)
    step (self);
}

/* Microseconds until there are @n. */
static gint64
count_until (Line *self, guint n, gint64 most)
{
  gint64 begun = self->now;

  while (self->pace.wanted < n && self->now - begun < most)
    step (self);
  return self->now - begun;
}

static void
test_limited (void)
{
  Line line = { .line = 1e12, .each = 20e6 };

  begin (&line);
  g_assert_cmpint (count_until (&line, MOST, 10 * SECOND), <=, 3 * SECOND / 2);
  pass (&line, SECOND);
  for (guint i = 0; i < 6000; i++)
    {
      step (&line);
      g_assert_cmpuint (line.pace.wanted, ==, MOST);
    }
}

/* What comes at once in the beginning is not what a connection brings, however much and long it
 * is. */
static void
test_limited_but_generous_at_first (void)
{
  static const double generosities[] = { 1.2, 1.5, 1.8, 1.9, 2, 2.1, 2.2, 3, 5, 20 };
  static const gint64 times[] = { SECOND / 10, SECOND / 4, SECOND / 3,
                                  SECOND / 2,  SECOND,     2 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (generosities); i++)
    for (guint k = 0; k < G_N_ELEMENTS (times); k++)
      {
        Line line = {
          .line = 1e12, .each = 20e6, .generosity = generosities[i], .generous_for = times[k]
        };
        gint64 taken;

        begin (&line);
        taken = count_until (&line, MOST, 20 * SECOND);
        g_test_message ("%g times as much for %g s: after %g s", generosities[i], times[k] / 1e6,
                        taken / 1e6);
        g_assert_cmpint (taken, <=, 2 * SECOND + times[k]);
      }
}

/* As a server sends that sleeps after each piece of its buffer. */
static void
test_limited_in_pulses (void)
{
  for (gint64 pulse = 2 * STEP; pulse <= 20 * STEP; pulse += STEP)
    {
      Line line = {
        .line = 1e12, .each = 20e6, .generosity = 2, .generous_for = SECOND / 2, .pulse = pulse
      };

      begin (&line);
      g_assert_cmpint (count_until (&line, MOST, 20 * SECOND), <=, 5 * SECOND / 2);
    }
}

/* New connections take their time, to open and to come up to their speed. */
static void
test_limited_and_far_away (void)
{
  for (gint64 round_trip = SECOND / 100; round_trip <= SECOND / 4; round_trip += SECOND / 100)
    {
      Line line = { .line = 1e12, .each = 2e6, .round_trip = round_trip };

      begin (&line);
      g_assert_cmpint (count_until (&line, MOST, 60 * SECOND), <=, 2 * SECOND + 40 * round_trip);
    }
}

static void
test_full (void)
{
  Line line = { .line = 10e6, .each = 1e12 };

  begin (&line);
  pass (&line, 60 * SECOND);
  g_assert_cmpuint (line.most, ==, 4); /* they are tried now and then, */
  g_assert_cmpuint (line.connection_steps * 100 / line.steps, <, 120); /* and given up again, */
  line.connection_steps = line.steps = 0;
  pass (&line, 600 * SECOND);
  g_assert_cmpuint (line.connection_steps * 1000 / line.steps, <, 1020); /* less and less often */
  line.line = 5e6; /* something else is on the line now */
  pass (&line, 600 * SECOND);
  g_assert_cmpuint (line.most, ==, 4);
}

/* Half of what a connection may have: with three the line is full. */
static void
test_full_with_a_few (void)
{
  Line line = { .line = 10e6, .each = 4e6 };

  begin (&line);
  pass (&line, 600 * SECOND);
  g_assert_cmpuint (line.pace.wanted, ==, 4);
}

static void
test_changes (void)
{
  Line line = { .line = 10e6, .each = 1e12 };

  begin (&line);
  pass (&line, 3 * SECOND);
  g_assert_cmpuint (line.pace.wanted, ==, 1);
  line.line = 1e12;
  line.each = 2e6; /* the server has begun to limit */
  g_assert_cmpint (count_until (&line, MOST, 60 * SECOND), <=, 3 * SECOND);
}

static void
test_turned_away (void)
{
  Line line = { .line = 1e12, .each = 1e6 };

  begin (&line);
  count_until (&line, 8, 10 * SECOND);
  g_assert_cmpuint (line.pace.wanted, ==, 8);
  vz_download_pace_turned_away (&line.pace, 3);
  line.most = 0;
  pass (&line, 60 * SECOND);
  g_assert_cmpuint (line.most, ==, 3);
  vz_download_pace_turned_away (&line.pace, 0);
  g_assert_cmpuint (line.pace.wanted, ==, 1); /* always one */
  vz_download_pace_restart (&line.pace);
  pass (&line, 10 * SECOND);
  g_assert_cmpuint (line.pace.wanted, ==, 1); /* the server is the same */
}

/* Those that never bring anything are not waited for, and not kept. */
static void
test_others_bring_nothing (void)
{
  VzDownloadPace pace;
  guint64 received = 0;
  gint64 now = 5;

  vz_download_pace_init (&pace, MOST, now);
  for (guint i = 0; i < 6000; i++)
    {
      now += STEP;
      received += 10000;
      vz_download_pace_look (&pace, received, 1, TRUE, now);
      g_assert_cmpuint (pace.wanted, <=, 4);
    }
  g_assert_cmpuint (pace.wanted, ==, 1);
}

static void
test_nothing_comes (void)
{
  Line line = { .line = 0, .each = 1e6 };

  begin (&line);
  pass (&line, 60 * SECOND);
  g_assert_cmpuint (line.most, ==, 1);
}

static void
test_user_limits (void)
{
  VzDownloadPace pace;
  gint64 now = 5;

  vz_download_pace_init (&pace, MOST, now);
  for (guint i = 1; i < 1000; i++)
    vz_download_pace_look (&pace, i * 10000, 1, FALSE, now + i * STEP);
  g_assert_cmpuint (pace.wanted, ==, 1);
  g_assert_cmpfloat (pace.rate, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/transfer/download-pace/" name, function)
  ADD ("limited", test_limited);
  ADD ("limited-but-generous-at-first", test_limited_but_generous_at_first);
  ADD ("limited-in-pulses", test_limited_in_pulses);
  ADD ("limited-and-far-away", test_limited_and_far_away);
  ADD ("full", test_full);
  ADD ("full-with-a-few", test_full_with_a_few);
  ADD ("changes", test_changes);
  ADD ("turned-away", test_turned_away);
  ADD ("others-bring-nothing", test_others_bring_nothing);
  ADD ("nothing-comes", test_nothing_comes);
  ADD ("user-limits", test_user_limits);
  return g_test_run ();
}
