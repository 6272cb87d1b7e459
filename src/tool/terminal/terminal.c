/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/terminal/terminal.h"

#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static struct termios saved;
static gboolean is_raw;

void
terminal_restore (void)
{
  if (!is_raw)
    return;
  /* TCSADRAIN: the guest's last output must still appear. */
  tcsetattr (STDIN_FILENO, TCSADRAIN, &saved);
  is_raw = FALSE;
}

void
terminal_make_raw (void)
{
  static gboolean registered;
  struct termios raw;

  if (is_raw || tcgetattr (STDIN_FILENO, &saved) != 0)
    return;
  if (!registered)
    atexit (terminal_restore);
  registered = TRUE;
  raw = saved;
  cfmakeraw (&raw);
  is_raw = tcsetattr (STDIN_FILENO, TCSADRAIN, &raw) == 0;
}
