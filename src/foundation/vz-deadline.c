/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-deadline.h"

gint64
vz_deadline_after (int timeout_ms)
{
  return timeout_ms < 0 ? VZ_NO_DEADLINE : g_get_monotonic_time () + (gint64) timeout_ms * 1000;
}

int
vz_deadline_remaining_ms (gint64 deadline)
{
  gint64 left;

  if (deadline == VZ_NO_DEADLINE)
    return -1;
  left = (deadline - g_get_monotonic_time () + 999) / 1000;
  return (int) CLAMP (left, 0, G_MAXINT);
}

gboolean
vz_deadline_is_past (gint64 deadline)
{
  return deadline != VZ_NO_DEADLINE && g_get_monotonic_time () >= deadline;
}

gboolean
vz_pause (int ms, GCancellable *cancellable, GError **error)
{
  gint64 deadline = vz_deadline_after (ms);
  GPollFD fd = { -1, 0, 0 };
  gboolean has_fd = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &fd);
  int left;

  while (!g_cancellable_is_cancelled (cancellable) &&
         (left = vz_deadline_remaining_ms (deadline)) != 0)
    g_poll (&fd, has_fd ? 1 : 0, left); /* a signal ends it early */
  if (has_fd)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}
