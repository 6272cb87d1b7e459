/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "config.h"
#include "tool/vz-tool.h"

static void
vz_tool_clear (VzTool *tool)
{
  g_strfreev (tool->arguments);
  g_strfreev (tool->rest);
  g_clear_object (&tool->cancellable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzTool, vz_tool_clear)

static gboolean
print_and_free (char *text)
{
  fputs (text, stdout);
  g_free (text);
  return TRUE;
}

static gboolean
is_help (const char *argument)
{
  return g_str_equal (argument, "--help") || g_str_equal (argument, "-h");
}

/* Options of vz itself. TRUE if one was handled. */
static gboolean
answer_general (const char *argument)
{
  if (is_help (argument) || g_str_equal (argument, "help"))
    return print_and_free (vz_commands_overview ());
  if (g_str_equal (argument, "--version"))
    return print_and_free (g_strdup ("vz " VZ_VERSION "\n"));
  if (g_str_equal (argument, "--completion"))
    return print_and_free (vz_commands_completion ());
  return FALSE;
}

static int
print_manual (VzTool *tool, const char *name)
{
  g_autoptr (GError) error = NULL;
  char *page = vz_commands_manual (name, &error);

  if (page != NULL)
    return print_and_free (page) ? VZ_EXIT_DONE : VZ_EXIT_FAILED;
  tool_print_error (tool, error);
  return vz_exit_for_error (error);
}

static gboolean
wants_help (char **argv)
{
  for (; *argv != NULL && !g_str_equal (*argv, "--"); argv++)
    if (is_help (*argv))
      return TRUE;
  return FALSE;
}

static int
run (VzTool *tool, char **argv)
{
  g_autoptr (GError) error = NULL;
  const VzCommand *command;
  int words = 0;

  if (*argv != NULL && answer_general (*argv))
    return VZ_EXIT_DONE;
  if (*argv != NULL && g_str_equal (*argv, "--manual"))
    return print_manual (tool, argv[1]);
  command = vz_command_find (argv, &words, &error);
  if (command != NULL && wants_help (argv + words))
    return print_and_free (vz_command_help (command)) ? VZ_EXIT_DONE : VZ_EXIT_FAILED;
  if (command != NULL && vz_command_parse (command, tool, argv + words, &error) &&
      command->run (tool, &error))
    return tool->exit_code;
  if (!tool_output_is_gone ())
    tool_print_error (tool, error);
  return vz_exit_for_error (error);
}

/* If a caller has closed one of them, the first file that we open would take its number. The
 * substitute has nothing to read, and writing to it fails. */
static void
hold_standard_descriptors (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDONLY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0)
    close (fd);
}

int
main (int argc, char *argv[])
{
  g_auto (VzTool) tool = { .cancellable = g_cancellable_new () };

  hold_standard_descriptors ();
  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN); /* writing to a closed pipe is an error; tool_output_finish() handles
                              * it */
  tool_output_init (tool.cancellable);
  return tool_output_finish (run (&tool, argv + 1));
}
