/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <string.h>

#include "config.h"
#include "foundation/vz-fail.h"

/* The manual pages are generated from the table of commands, so that they are always up to date. */

static const char *const exit_codes[][2] = {
  { "0", "done" },
  { "1", "failed" },
  { "2", "wrong usage" },
  { "3", "not possible on this host" },
  { "4", "configuration or image not valid" },
  { "5", "not found" },
  { "6", "busy: in use; the message says by what" },
  { "130", "interrupted" },
};

/* The start of a line must not be taken for a request. */
static void
append_roff (GString *page, const char *text)
{
  if (*text == '.' || *text == '\'')
    g_string_append (page, "\\&");
  for (const char *c = text; *c != '\0'; c++)
    if (*c == '-')
      g_string_append (page, "\\-");
    else if (*c == '\\')
      g_string_append (page, "\\e");
    else
      g_string_append_c (page, *c);
}

static void
append_line (GString *page, const char *before, const char *text, const char *after)
{
  g_string_append (page, before);
  append_roff (page, text);
  g_string_append (page, after);
}

static void
append_manual_option (GString *page, const char *name, const char *value, const char *description)
{
  append_line (page, ".TP\n\\fB\\-\\-", name, "\\fR");
  if (value != NULL)
    append_line (page, " \\fI", value, "\\fR");
  append_line (page, "\n", description, "\n");
}

static void
append_manual_options (GString *page, const VzCommand *command)
{
  if (command->options == NULL && !(command->flags & VZ_COMMAND_JSON))
    return;
  g_string_append (page, ".SH OPTIONS\n");
  for (const GOptionEntry *entry = command->options; entry != NULL && entry->long_name != NULL;
       entry++)
    append_manual_option (page, entry->long_name, entry->arg_description, entry->description);
  if (command->flags & VZ_COMMAND_JSON)
    append_manual_option (page, "json", NULL, "One JSON object per line on standard output");
}

static void
append_exit_status (GString *page, const VzCommand *command)
{
  g_string_append (page, ".SH EXIT STATUS\n");
  for (gsize i = 0; i < G_N_ELEMENTS (exit_codes); i++)
    g_string_append_printf (page, ".TP\n%s\n%s\n", exit_codes[i][0], exit_codes[i][1]);
  if (command != NULL && command->flags & VZ_COMMAND_REST)
    g_string_append (page,
                     ".TP\nothers\nThe exit code of the command in the guest: 127 if there is no "
                     "such program, 128 plus the signal's number if a signal ended it\n");
}

static void
append_examples (GString *page, const VzCommand *command)
{
  g_string_append (page, ".SH EXAMPLES\n");
  for (gsize i = 0; i < G_N_ELEMENTS (command->examples) && command->examples[i].line != NULL; i++)
    {
      append_line (page, ".TP\n\\fB", command->examples[i].line, "\\fR\n");
      append_line (page, "", command->examples[i].does, ".\n");
    }
}

/* "image compose" -> "image-compose": page names are one word. */
static char *
page_name (const VzCommand *command)
{
  return g_strdelimit (g_strdup (command->name), " ", '-');
}

static char *
make_page (const VzCommand *command)
{
  g_autofree char *name = page_name (command);
  g_autofree char *title = g_ascii_strup (name, -1);
  GString *page = g_string_new (NULL);

  append_line (page, ".TH \"VZ\\-", title, "\" 1 \"\" \"vz " VZ_VERSION "\"\n.SH NAME\n");
  append_line (page, "vz\\-", name, " \\- ");
  append_roff (page, command->summary);
  append_line (page, "\n.SH SYNOPSIS\n\\fBvz ", command->name, "\\fR ");
  append_roff (page, command->arguments);
  g_string_append (page, command->options != NULL ? " [OPTION...]\n.SH DESCRIPTION\n"
                                                  : "\n.SH DESCRIPTION\n");
  append_line (page, "", command->summary, ".\n");
  if (command->details != NULL)
    append_line (page, ".PP\n", command->details, "\n");
  if (strstr (command->arguments, "BUNDLE") != NULL)
    g_string_append (page, ".PP\n"
                           "BUNDLE is a folder, or a name that \\fBvz list\\fR shows; where "
                           "optional, it defaults to ~/VM.bundle.\n");
  append_manual_options (page, command);
  append_examples (page, command);
  append_exit_status (page, command);
  g_string_append (page, ".SH SEE ALSO\n.BR vz (1)\n");
  return g_string_free (page, FALSE);
}

static char *
make_overview (void)
{
  GString *page = g_string_new (
    ".TH VZ 1 \"\" \"vz " VZ_VERSION "\"\n"
    ".SH NAME\n"
    "vz \\- virtual machines from one command\n"
    ".SH SYNOPSIS\n"
    ".B vz\n"
    ".I COMMAND\n"
    "[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n"
    ".SH DESCRIPTION\n"
    "Installs, runs and looks after virtual machines, each in its own folder (a VM bundle).\n"
    "A BUNDLE is a folder, or a name that \\fBvz list\\fR shows; it defaults to ~/VM.bundle.\n"
    "Sizes take K, M, G and T (powers of 1024).\n"
    ".PP\n"
    "Each command has its own manual page, such as \\fBvz\\-run\\fR(1).\n"
    ".SH COMMANDS\n");

  for (gsize i = 0; vz_commands[i] != NULL; i++)
    {
      append_line (page, ".TP\n\\fBvz ", vz_commands[i]->name, "\\fR ");
      append_roff (page, vz_commands[i]->arguments);
      append_line (page, "\n", vz_commands[i]->summary, ".\n");
    }
  append_exit_status (page, NULL);
  g_string_append (page, ".SH FILES\n"
                         ".TP\n"
                         "~/VM.bundle\n"
                         "The default machine, used when no other is named.\n"
                         ".TP\n"
                         "~/.local/state/vz/\n"
                         "Logs of each machine, in a folder named after its identifier.\n"
                         ".TP\n"
                         "~/.cache/vz/\n"
                         "Composed images and unfinished downloads.\n"
                         ".TP\n"
                         "~/.config/vz/catalogs.d/, /etc/vz/catalogs.d/\n"
                         "Where to find images; see \\fBvz\\-catalog\\fR(5).\n"
                         ".SH SEE ALSO\n"
                         ".BR InstallationTool (1),\n"
                         ".BR vz\\-bundle (5),\n"
                         ".BR vz\\-catalog (5),\n"
                         ".BR vz\\-restore\\-image (5)\n");
  return g_string_free (page, FALSE);
}

char *
vz_commands_manual (const char *name, GError **error)
{
  if (name == NULL)
    return make_overview ();
  for (gsize i = 0; vz_commands[i] != NULL; i++)
    {
      g_autofree char *page = page_name (vz_commands[i]);

      if (g_str_equal (page, name))
        return make_page (vz_commands[i]);
    }
  return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                       "--manual: '%s' found, must be a command such as run or image-fetch", name);
}
