/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <string.h>

#include "foundation/vz-fail.h"
#include "foundation/vz-text.h"

/* How this works
 *
 * "vz image compose --suite x" : the longest command whose words start the line is used, and
 * GOption parses the rest with the command's own rows. Everything after "--" is cut off first,
 * because GOption keeps or drops "--" depending on its surroundings.
 *
 * GOption takes strings as text in the locale's encoding and rejects anything else. For vz, text is
 * UTF-8 whatever the locale, so every string is requested as raw bytes and checked here. */

static const char *
option_value_name (const GOptionEntry *entry)
{
  return entry->arg_description;
}

/* "image" alone is not a command, but begins one. */
static gboolean
fail_unknown (char **argv, GError **error)
{
  g_autoptr (GString) near = g_string_new (NULL);

  for (gsize i = 0; vz_commands[i] != NULL; i++)
    {
      const char *name = vz_commands[i]->name;

      if (g_str_has_prefix (name, argv[0]))
        g_string_append_printf (near, "%s'%s'", near->len > 0 ? ", " : "", name);
    }
  if (near->len > 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "unknown command '%s'; did you mean %s?",
                    argv[0], near->str);
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "unknown command '%s'; 'vz --help' lists them",
                  argv[0]);
}

const VzCommand *
vz_command_find (char **argv, int *ret_words, GError **error)
{
  const VzCommand *found = NULL;

  if (argv[0] == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "no command given; 'vz --help' lists them");
  for (gsize i = 0; vz_commands[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (vz_commands[i]->name, " ", -1);
      int n_words = (int) g_strv_length (words);
      gboolean matches = TRUE;

      for (int word = 0; word < n_words && matches; word++)
        matches = argv[word] != NULL && g_str_equal (argv[word], words[word]);
      if (matches && (found == NULL || n_words > *ret_words))
        {
          found = vz_commands[i];
          *ret_words = n_words;
        }
    }
  if (found == NULL)
    fail_unknown (argv, error);
  return found;
}

/* Free with g_free(). */
static GOptionEntry *
dup_entries_as_bytes (const GOptionEntry *entries)
{
  guint n = 0;
  GOptionEntry *copy;

  while (entries[n].long_name != NULL)
    n++;
  copy = g_memdup2 (entries, (n + 1) * sizeof *entries);
  for (guint i = 0; i < n; i++)
    if (copy[i].arg == G_OPTION_ARG_STRING)
      copy[i].arg = G_OPTION_ARG_FILENAME;
    else if (copy[i].arg == G_OPTION_ARG_STRING_ARRAY)
      copy[i].arg = G_OPTION_ARG_FILENAME_ARRAY;
  return copy;
}

static gboolean
check_text (const char *option, const char *text, GError **error)
{
  g_autofree char *shown = NULL;

  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return TRUE;
  shown = vz_text_dup_utf8 (text);
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--%s: '%s' is not UTF-8", option, shown);
}

static gboolean
check_texts (const VzCommand *command, GError **error)
{
  for (const GOptionEntry *entry = command->options; entry != NULL && entry->long_name != NULL;
       entry++)
    {
      if (entry->arg == G_OPTION_ARG_STRING &&
          !check_text (entry->long_name, *(char **) entry->arg_data, error))
        return FALSE;
      if (entry->arg != G_OPTION_ARG_STRING_ARRAY)
        continue;
      for (char **text = *(char ***) entry->arg_data; text != NULL && *text != NULL; text++)
        if (!check_text (entry->long_name, *text, error))
          return FALSE;
    }
  return TRUE;
}

static GOptionContext *
make_context (const VzCommand *command, VzTool *tool)
{
  g_autofree GOptionEntry *entries =
    command->options != NULL ? dup_entries_as_bytes (command->options) : NULL;
  g_autofree char *parameters = g_strdup_printf ("- %s", command->summary);
  GOptionContext *context = g_option_context_new (parameters);
  const GOptionEntry json[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &tool->json, "One JSON object per line on standard output",
      NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (command->flags & VZ_COMMAND_JSON)
    g_option_context_add_main_entries (context, json, NULL);
  return context;
}

/* Cuts argv at "--"; returns what follows, NULL if there is no "--". */
static GStrv
cut_rest (char **argv)
{
  for (guint i = 0; argv[i] != NULL; i++)
    {
      GStrv rest;

      if (!g_str_equal (argv[i], "--"))
        continue;
      rest = g_strdupv (argv + i + 1);
      for (guint k = i; argv[k] != NULL; k++)
        g_clear_pointer (&argv[k], g_free);
      return rest;
    }
  return NULL;
}

/* "usage: vz stop [BUNDLE]" */
static char *
dup_usage (const VzCommand *command)
{
  return g_strchomp (g_strdup_printf ("usage: vz %s %s", command->name, command->arguments));
}

/* A script's unset variable would otherwise mean the current folder. */
static gboolean
check_not_empty (const VzCommand *command, VzTool *tool, GError **error)
{
  gboolean may_be_empty = (command->flags & VZ_COMMAND_EMPTY) != 0;
  g_autofree char *usage = dup_usage (command);

  for (guint i = 0; !may_be_empty && tool->arguments[i] != NULL; i++)
    if (*tool->arguments[i] == '\0')
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                      "argument %u: '' found, must not be empty; %s", i + 1, usage);
  for (const GOptionEntry *entry = command->options; entry != NULL && entry->long_name != NULL;
       entry++)
    if (entry->arg == G_OPTION_ARG_FILENAME && g_strcmp0 (*(char **) entry->arg_data, "") == 0)
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--%s: '' found, must not be empty",
                      entry->long_name);
  return TRUE;
}

static gboolean
check_count (const VzCommand *command, VzTool *tool, GError **error)
{
  guint count = g_strv_length (tool->arguments);
  g_autofree char *usage = dup_usage (command);

  if (tool->rest != NULL && (command->flags & VZ_COMMAND_REST) == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'vz %s' takes no arguments after '--'",
                    command->name);
  if (count > command->max_arguments)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "unexpected argument '%s'; %s",
                    tool->arguments[command->max_arguments], usage);
  if (count < command->min_arguments)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "missing argument; %s", usage);
  return check_not_empty (command, tool, error);
}

/* GOption ignores a value given to an option that takes none: --force=no would force. */
static gboolean
check_flag (const GOptionEntry *entries, const char *argument, GError **error)
{
  for (; entries != NULL && entries->long_name != NULL; entries++)
    {
      gsize length = strlen (entries->long_name);

      if (entries->arg == G_OPTION_ARG_NONE &&
          strncmp (argument + 2, entries->long_name, length) == 0 && argument[2 + length] == '=')
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--%s: '%s' found, but it takes no value",
                        entries->long_name, argument + 3 + length);
    }
  return TRUE;
}

static gboolean
check_flags (const VzCommand *command, char **argv, GError **error)
{
  const GOptionEntry json[] = { { .long_name = "json", .arg = G_OPTION_ARG_NONE },
                                G_OPTION_ENTRY_NULL };

  for (; *argv != NULL; argv++)
    if (g_str_has_prefix (*argv, "--") &&
        (!check_flag (command->options, *argv, error) || !check_flag (json, *argv, error)))
      return FALSE;
  return TRUE;
}

/* @argv stays the caller's. Fills tool->arguments, tool->rest and tool->json. */
gboolean
vz_command_parse (const VzCommand *command, VzTool *tool, char **argv, GError **error)
{
  g_autoptr (GOptionContext) context = make_context (command, tool);
  g_autoptr (GPtrArray) line = g_ptr_array_new ();
  g_autoptr (GError) parse_error = NULL;
  GStrv strv;

  g_ptr_array_add (line, g_strdup ("vz")); /* GOption skips the first */
  for (guint i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (line, g_strdup (argv[i]));
  g_ptr_array_add (line, NULL);
  strv = (GStrv) g_ptr_array_steal (line, NULL);
  tool->rest = cut_rest (strv);
  if (!check_flags (command, strv, error))
    {
      g_strfreev (strv);
      return FALSE;
    }
  if (!g_option_context_parse_strv (context, &strv, &parse_error))
    {
      g_autofree char *said = vz_text_dup_line (parse_error->message); /* no quoted names */

      g_strfreev (strv);
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s; 'vz %s --help' lists the options",
                      said, command->name);
    }
  tool->arguments = g_strdupv (strv + 1);
  g_strfreev (strv);
  return check_texts (command, error) && check_count (command, tool, error);
}

static void
append_options (GString *text, const GOptionEntry *entries)
{
  for (const GOptionEntry *entry = entries; entry != NULL && entry->long_name != NULL; entry++)
    {
      g_autofree char *left =
        option_value_name (entry) != NULL
          ? g_strdup_printf ("--%s %s", entry->long_name, option_value_name (entry))
          : g_strdup_printf ("--%s", entry->long_name);

      g_string_append_printf (text, "  %-26s %s\n", left, entry->description);
    }
}

char *
vz_command_help (const VzCommand *command)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "Usage: vz %s %s%s\n\n%s\n", command->name, command->arguments,
                          command->options != NULL ? " [OPTION...]" : "", command->summary);
  if (command->options != NULL || (command->flags & VZ_COMMAND_JSON))
    g_string_append (text, "\nOptions:\n");
  append_options (text, command->options);
  if (command->flags & VZ_COMMAND_JSON)
    g_string_append_printf (text, "  %-26s %s\n", "--json",
                            "One JSON object per line on standard output");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
vz_commands_overview (void)
{
  g_autoptr (GString) text = g_string_new ("Usage: vz COMMAND [ARGUMENT...] [OPTION...]\n\n"
                                           "Virtual machines from one command.\n\nCommands:\n");

  for (gsize i = 0; vz_commands[i] != NULL; i++)
    {
      g_autofree char *left =
        g_strdup_printf ("%s %s", vz_commands[i]->name, vz_commands[i]->arguments);

      g_string_append_printf (text, "  %-30s %s\n", left, vz_commands[i]->summary);
    }
  g_string_append (
    text, "\n"
          "'vz COMMAND --help' says more. BUNDLE is a folder, or a name that 'vz list' shows;\n"
          "it defaults to ~/VM.bundle. Sizes take K, M, G and T (powers of 1024).\n"
          "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not possible on this host,\n"
          "4 configuration or image not valid, 5 not found, 6 busy, 130 interrupted.\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}
