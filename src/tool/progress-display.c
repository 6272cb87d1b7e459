/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/progress-display.h"

#include <unistd.h>

/* On a terminal, one line is redrawn at each notification (at most five per second). Elsewhere a
 * line is written when the phase changes and then every PLAIN_STEP percent, so that a log of an
 * hour's work stays readable. The remaining time is for the whole, based on the pace since the
 * start: the phases have different units, so none of their rates would do. */

#define PLAIN_STEP 10
#define BAR_WIDTH 24

struct _ProgressDisplay {
  VzProgress *progress; /* owned */
  gulong handler;
  gboolean json;
  gboolean terminal;
  gboolean drawn; /* the terminal's line is not empty */
  gint64 started; /* monotonic, microseconds */
  int last_step; /* last PLAIN_STEP written, -1: none */
  char *last_phase; /* owned */
};

static char *
time_left (ProgressDisplay *self, double fraction)
{
  double elapsed = (double) (g_get_monotonic_time () - self->started) / G_USEC_PER_SEC;
  guint64 left;

  if (fraction < 0.02 || fraction >= 1.0 || elapsed < 1.0)
    return g_strdup ("");
  left = (guint64) (elapsed * (1.0 - fraction) / fraction + 0.5);
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u left", left / 60, (guint) (left % 60));
}

static char *
format_rate (VzProgress *current)
{
  double rate = vz_progress_get_rate (current);
  g_autofree char *size = NULL;

  /* Below a kilobyte per second, the unit is not bytes (steps, seconds), or nothing moves. */
  if (rate < 1024.0)
    return g_strdup ("");
  size = g_format_size_full ((guint64) rate, G_FORMAT_SIZE_IEC_UNITS);
  return g_strdup_printf ("%s/s", size);
}

static void
draw_bar (ProgressDisplay *self, const char *phase, double fraction, VzProgress *current)
{
  g_autofree char *rate = format_rate (current);
  g_autofree char *left = time_left (self, fraction);
  g_autofree char *line = NULL;
  char bar[BAR_WIDTH + 1];
  int filled = (int) (fraction * BAR_WIDTH);

  for (int i = 0; i < BAR_WIDTH; i++)
    bar[i] = i < filled ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  /* \033[K clears the rest of an earlier, longer line. */
  line = g_strdup_printf ("\r%-10.10s [%s] %3d%%  %12s  %s\033[K", phase, bar,
                          (int) (fraction * 100.0), rate, left);
  tool_draw (STDERR_FILENO, line);
  self->drawn = TRUE;
}

/* One word is enough in a bar; a line that may be the only one for long says what it waits for. */
static const char *
describe (const char *phase)
{
  if (phase == NULL)
    return "done";
  return g_str_equal (phase, "waiting")
           ? "waiting for another process that is fetching the same file"
           : phase;
}

static void
write_plain (ProgressDisplay *self, const char *phase, double fraction, VzProgress *current)
{
  int step = (int) (fraction * 100.0) / PLAIN_STEP;
  g_autofree char *rate = NULL;
  g_autofree char *left = NULL;
  g_autofree char *line = NULL;

  if (step <= self->last_step && g_strcmp0 (phase, self->last_phase) == 0)
    return;
  if (phase == NULL && fraction < 1.0) /* between two phases */
    return;
  rate = format_rate (current);
  left = time_left (self, fraction);
  line = g_strdup_printf ("%s: %d%%%s%s%s%s\n", describe (phase), (int) (fraction * 100.0),
                          *rate != '\0' ? ", " : "", rate, *left != '\0' ? ", " : "", left);
  tool_draw (STDERR_FILENO, line);
  self->last_step = step;
  g_free (self->last_phase);
  self->last_phase = g_strdup (phase);
}

static void
write_json (const char *phase, double fraction, VzProgress *current)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *json = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, "progress");
  json_builder_set_member_name (builder, "phase");
  json_builder_add_string_value (builder, phase);
  json_builder_set_member_name (builder, "fraction-completed");
  json_builder_add_double_value (builder, fraction);
  json_builder_set_member_name (builder, "completed");
  json_builder_add_int_value (builder, (gint64) vz_progress_get_completed (current));
  json_builder_set_member_name (builder, "total");
  json_builder_add_int_value (builder, (gint64) vz_progress_get_total (current));
  json_builder_set_member_name (builder, "rate");
  json_builder_add_int_value (builder, (gint64) vz_progress_get_rate (current));
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  json = json_to_string (node, FALSE);
  line = g_strconcat (json, "\n", NULL);
  tool_draw (STDOUT_FILENO, line);
}

static void
on_progress (VzProgress *progress, GParamSpec *pspec, ProgressDisplay *self)
{
  g_autofree char *phase = vz_progress_dup_phase (progress);
  g_autoptr (VzProgress) current = vz_progress_dup_current (progress);
  double fraction = vz_progress_get_fraction_completed (progress);
  const char *name = phase != NULL ? phase : "working";

  if (self->json)
    write_json (name, fraction, current);
  else if (self->terminal)
    draw_bar (self, name, fraction, current);
  else
    write_plain (self, phase, fraction, current);
}

ProgressDisplay *
progress_display_new (VzProgress *progress, gboolean json)
{
  ProgressDisplay *self = g_new0 (ProgressDisplay, 1);

  self->progress = g_object_ref (progress);
  self->json = json;
  self->terminal = isatty (STDERR_FILENO);
  self->started = g_get_monotonic_time ();
  self->last_step = -1;
  self->handler =
    g_signal_connect (progress, "notify::fraction-completed", G_CALLBACK (on_progress), self);
  return self;
}

void
progress_display_free (ProgressDisplay *self)
{
  g_signal_handler_disconnect (self->progress, self->handler);
  if (self->drawn)
    tool_draw (STDERR_FILENO, "\n");
  g_object_unref (self->progress);
  g_free (self->last_phase);
  g_free (self);
}
