/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <string.h>

#include "tool/completion-program.h"

/* The completion is completion/vz.sh with the table of commands, so that it stays up to date. */

static const char *
get_taken (const VzCommand *command)
{
  if (g_str_equal (command->name, "install") || g_str_equal (command->name, "image fetch"))
    return "systems";
  return strstr (command->arguments, "BUNDLE") != NULL ? "machines" : "";
}

/* A branch of a shell case. */
static void
append_command (GString *text, const VzCommand *command)
{
  g_string_append_printf (text, "'%s') takes='%s' options='--help", command->name,
                          get_taken (command));
  for (const GOptionEntry *entry = command->options; entry != NULL && entry->long_name != NULL;
       entry++)
    g_string_append_printf (text, " --%s", entry->long_name);
  if (command->flags & VZ_COMMAND_JSON)
    g_string_append (text, " --json");
  g_string_append (text, "' ;;\n        ");
}

static void
append_once (GString *text, GHashTable *seen, const char *word)
{
  if (g_hash_table_add (seen, g_strdup (word)))
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", word);
}

typedef struct {
  GString *groups; /* words that begin several commands; owned, as are the others */
  GString *first_words;
  GString *second_words; /* complete names, one per line */
  GString *commands;
} Words;

static Words
collect (void)
{
  Words words = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL),
                  g_string_new (NULL) };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable)
    seen_groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; vz_commands[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (vz_commands[i]->name, " ", 2);

      append_command (words.commands, vz_commands[i]);
      append_once (words.first_words, seen, parts[0]);
      if (parts[1] == NULL)
        continue;
      append_once (words.groups, seen_groups, parts[0]);
      g_string_append_printf (words.second_words, "%s\n", vz_commands[i]->name);
    }
  g_string_append (words.commands, "*"); /* the branch that they replace */
  return words;
}

/* Takes @text. */
static void
fill_in (GString *script, const char *word, GString *text)
{
  g_string_replace (script, word, text->str, 1);
  g_string_free (text, TRUE);
}

char *
vz_commands_completion (void)
{
  GString *script = g_string_new (VZ_COMPLETION_SH);
  Words words = collect ();

  fill_in (script, "GROUPS", words.groups);
  fill_in (script, "COMMANDS", words.commands);
  fill_in (script, "FIRST_WORDS", words.first_words);
  fill_in (script, "SECOND_WORDS", words.second_words);
  return g_string_free (script, FALSE);
}
