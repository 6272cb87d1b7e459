/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include "config.h"

/* The man page and the completion are made from the table of commands, so that neither can lag. */

static void
append_roff (GString *page, const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '-' || *c == '\\')
        g_string_append_c (page, '\\');
      g_string_append_c (page, *c);
    }
}

static void
append_manual_option (GString *page, const char *name, const char *value, const char *description)
{
  g_string_append (page, ".TP\n.BR \\-\\-");
  append_roff (page, name);
  if (value != NULL)
    g_string_append_printf (page, " \" \" \\fI%s\\fR", value);
  g_string_append_c (page, '\n');
  append_roff (page, description);
  g_string_append_c (page, '\n');
}

static void
append_manual_command (GString *page, const VzCommand *command)
{
  g_string_append (page, ".SS \"vz ");
  append_roff (page, command->name);
  g_string_append_printf (page, " %s\"\n", command->arguments);
  append_roff (page, command->summary);
  g_string_append (page, ".\n");
  for (const GOptionEntry *entry = command->options; entry != NULL && entry->long_name != NULL; entry++)
    append_manual_option (page, entry->long_name, entry->arg_description, entry->description);
  if (command->flags & VZ_COMMAND_JSON)
    append_manual_option (page, "json", NULL, "One JSON object per line on standard output");
}

char *
vz_commands_manual (void)
{
  GString *page = g_string_new (".TH VZ 1 \"\" \"vz " VZ_VERSION "\"\n.SH NAME\nvz \\- virtual machines from one command\n"
                                ".SH SYNOPSIS\n.B vz\n.I COMMAND\n[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n"
                                ".SH DESCRIPTION\nInstalls, runs and looks after virtual machines, each in a folder of its "
                                "own (a VM bundle).\nA BUNDLE is a folder, or a name that \\fBvz list\\fR shows; without one "
                                "it is ~/VM.bundle.\nSizes take K, M, G and T (powers of 1024).\n.SH COMMANDS\n");

  for (gsize i = 0; vz_commands[i] != NULL; i++)
    append_manual_command (page, vz_commands[i]);
  g_string_append (page, ".SH EXIT STATUS\n.TP\n0\ndone\n.TP\n1\nfailed\n.TP\n2\nwrong usage\n.TP\n3\nthis host cannot\n"
                         ".TP\n4\nconfiguration or image not valid\n.TP\n5\nnot found\n.TP\n6\nbusy\n.TP\n130\ninterrupted\n");
  return g_string_free (page, FALSE);
}

static void
append_completion_case (GString *script, const VzCommand *command)
{
  g_string_append_printf (script, "    '%s') words='--help", command->name);
  for (const GOptionEntry *entry = command->options; entry != NULL && entry->long_name != NULL; entry++)
    g_string_append_printf (script, " --%s", entry->long_name);
  if (command->flags & VZ_COMMAND_JSON)
    g_string_append (script, " --json");
  g_string_append (script, "' ;;\n");
}

char *
vz_commands_completion (void)
{
  GString *script = g_string_new ("# bash completion for vz\n_vz() {\n  local current=${COMP_WORDS[COMP_CWORD]} words command\n"
                                  "  if [ \"$COMP_CWORD\" = 1 ]; then\n    words='");
  g_autoptr (GHashTable) first_words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; vz_commands[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (vz_commands[i]->name, " ", 2);

      if (g_hash_table_add (first_words, g_strdup (parts[0])))
        g_string_append_printf (script, "%s ", parts[0]);
    }
  g_string_append (script, "'\n    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n    return\n  fi\n"
                           "  command=${COMP_WORDS[1]}\n  [ \"$command\" = image ] && command=\"image ${COMP_WORDS[2]}\"\n"
                           "  case $command in\n    'image ') words='compose inspect' ;;\n");
  for (gsize i = 0; vz_commands[i] != NULL; i++)
    append_completion_case (script, vz_commands[i]);
  g_string_append (script, "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                           "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$current\"))\n}\n"
                           "complete -F _vz vz\n");
  return g_string_free (script, FALSE);
}
