/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/waiting-line.h"

#include <unistd.h>

struct _WaitingLine {
  char *text; /* owned */
  gint64 started; /* monotonic, microseconds */
  guint ticks; /* source on the main context, 0: not on a terminal */
};

static gboolean
draw (gpointer data)
{
  WaitingLine *self = data;
  guint seconds = (guint) ((g_get_monotonic_time () - self->started) / G_USEC_PER_SEC);
  g_autofree char *line =
    g_strdup_printf ("\r%s  %u:%02u\033[K", self->text, seconds / 60, seconds % 60);

  tool_draw (STDERR_FILENO, line);
  return G_SOURCE_CONTINUE;
}

WaitingLine *
waiting_line_new (VzTool *tool, const char *text)
{
  WaitingLine *self = g_new0 (WaitingLine, 1);

  self->text = g_strdup (text);
  self->started = g_get_monotonic_time ();
  if (tool->json)
    return self;
  if (!isatty (STDERR_FILENO))
    {
      tool_say ("%s", text);
      return self;
    }
  draw (self);
  self->ticks = g_timeout_add_seconds (1, draw, self);
  return self;
}

void
waiting_line_free (WaitingLine *self)
{
  if (self->ticks != 0)
    {
      g_source_remove (self->ticks);
      draw (self); /* the time that it took stays on the screen */
      tool_draw (STDERR_FILENO, "\n");
    }
  g_free (self->text);
  g_free (self);
}
