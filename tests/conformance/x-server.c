/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "x-server.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define LONGEST_WAIT_MS (120 * 1000)
#define LOOK_INTERVAL_MS 100
#define NUMBER_FD 3

static void
end_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
x_server_start (void)
{
  g_autoptr (GSubprocessLauncher)
    launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) server = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *display = NULL;
  char number[16] = "";
  int fds[2];

  g_unix_open_pipe (fds, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  g_subprocess_launcher_take_fd (launcher, fds[1], NUMBER_FD);
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  server = g_subprocess_launcher_spawn (launcher, &error, "Xvfb", "-displayfd", "3", "-screen", "0",
                                        "1280x900x24", "-nolisten", "tcp", NULL);
  g_assert_no_error (error);
  g_subprocess_launcher_close (launcher);
  for (gsize n = 0; strchr (number, '\n') == NULL; n++)
    g_assert_true (n < sizeof number - 1 && read (fds[0], number + n, 1) == 1);
  close (fds[0]);
  display = g_strconcat (":", g_strstrip (number), NULL);
  g_setenv ("DISPLAY", display, TRUE);
  g_setenv ("GDK_BACKEND", "x11", TRUE);
  g_setenv ("NO_AT_BRIDGE", "1", TRUE); /* there is no session to notify of accessibility */
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_assert_true (gtk_init_check (NULL, NULL));
}

void
x_server_do (const char *words)
{
  g_autofree char *line = g_strconcat ("xdotool ", words, NULL);
  g_autoptr (GError) error = NULL;
  int status;

  gdk_display_sync (gdk_display_get_default ());
  g_spawn_command_line_sync (line, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static gboolean
on_time_out (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

static gboolean
on_look (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Checked when GTK is otherwise idle: a check takes long, and drawing comes after it. */
void
wait_until (Condition is_so, gpointer data, const char *what)
{
  gboolean late = FALSE, look = TRUE, done = FALSE;
  guint timer = g_timeout_add (LONGEST_WAIT_MS, on_time_out, &late);
  guint interval = g_timeout_add_full (G_PRIORITY_LOW, LOOK_INTERVAL_MS, on_look, &look, NULL);

  while (!done && !late)
    {
      if (look)
        done = is_so (data);
      look = FALSE;
      if (!done)
        g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (timer);
  g_source_remove (interval);
  if (!done)
    g_error ("not within %d seconds: %s", LONGEST_WAIT_MS / 1000, what);
}

typedef struct {
  Guest *guest;
  const char *text;
} Hearing;

static gboolean
is_said (gpointer data)
{
  Hearing *hearing = data;
  char bytes[512];
  gssize n;

  while ((n = read (hearing->guest->console, bytes, sizeof bytes)) > 0)
    g_string_append_len (hearing->guest->heard, bytes, n);
  return strstr (hearing->guest->heard->str, hearing->text) != NULL;
}

void
wait_until_said (Guest *guest, const char *text)
{
  Hearing hearing = { guest, text };

  wait_until (is_said, &hearing, text);
}
