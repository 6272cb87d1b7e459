/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/screen/vz-keys.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"

#include <string.h>

#define SHIFT "shift"

static const struct {
  const char *name;
  const char *code; /* QEMU's */
} named_keys[] = {
  { "ctrl", "ctrl" },
  { "control", "ctrl" },
  { "alt", "alt" },
  { "altgr", "alt_r" },
  { "shift", SHIFT },
  { "super", "meta_l" },
  { "meta", "meta_l" },
  { "enter", "ret" },
  { "return", "ret" },
  { "esc", "esc" },
  { "escape", "esc" },
  { "tab", "tab" },
  { "space", "spc" },
  { "backspace", "backspace" },
  { "delete", "delete" },
  { "del", "delete" },
  { "insert", "insert" },
  { "home", "home" },
  { "end", "end" },
  { "pageup", "pgup" },
  { "pagedown", "pgdn" },
  { "up", "up" },
  { "down", "down" },
  { "left", "left" },
  { "right", "right" },
  { "capslock", "caps_lock" },
  { "numlock", "num_lock" },
  { "scrolllock", "scroll_lock" },
  { "print", "print" },
  { "sysrq", "sysrq" },
  { "pause", "pause" },
  { "menu", "compose" },
  { "minus", "minus" },
  { "f1", "f1" },
  { "f2", "f2" },
  { "f3", "f3" },
  { "f4", "f4" },
  { "f5", "f5" },
  { "f6", "f6" },
  { "f7", "f7" },
  { "f8", "f8" },
  { "f9", "f9" },
  { "f10", "f10" },
  { "f11", "f11" },
  { "f12", "f12" },
};

/* Keys with characters other than letters, including digits: without and with Shift. */
static const struct {
  const char *code;
  char plain;
  char shifted;
} character_keys[] = {
  { "grave_accent", '`', '~' },
  { "1", '1', '!' },
  { "2", '2', '@' },
  { "3", '3', '#' },
  { "4", '4', '$' },
  { "5", '5', '%' },
  { "6", '6', '^' },
  { "7", '7', '&' },
  { "8", '8', '*' },
  { "9", '9', '(' },
  { "0", '0', ')' },
  { "minus", '-', '_' },
  { "equal", '=', '+' },
  { "bracket_left", '[', '{' },
  { "bracket_right", ']', '}' },
  { "backslash", '\\', '|' },
  { "semicolon", ';', ':' },
  { "apostrophe", '\'', '"' },
  { "comma", ',', '<' },
  { "dot", '.', '>' },
  { "slash", '/', '?' },
  { "spc", ' ', '\0' },
  { "ret", '\n', '\0' },
  { "tab", '\t', '\0' },
  { "backspace", '\b', '\0' },
};

static void
add_key (JsonArray *press, const char *code)
{
  json_array_add_object_element (press, vz_json_new_strings ("type", "qcode", "data", code, NULL));
}

static gboolean
add_character (JsonArray *press, char character)
{
  const char letter[] = { g_ascii_tolower (character), '\0' };

  if (g_ascii_isalpha (character))
    {
      if (g_ascii_isupper (character))
        add_key (press, SHIFT);
      add_key (press, letter);
      return TRUE;
    }
  for (gsize i = 0; character != '\0' && i < G_N_ELEMENTS (character_keys); i++)
    if (character_keys[i].plain == character || character_keys[i].shifted == character)
      {
        if (character_keys[i].shifted == character)
          add_key (press, SHIFT);
        add_key (press, character_keys[i].code);
        return TRUE;
      }
  return FALSE;
}

/* A letter in a combination is the key, whatever its case: Ctrl-C is not Ctrl-Shift-C. */
static gboolean
add_named (JsonArray *press, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (named_keys); i++)
    if (g_ascii_strcasecmp (named_keys[i].name, name) == 0)
      {
        add_key (press, named_keys[i].code);
        return TRUE;
      }
  return name[0] != '\0' && name[1] == '\0' && add_character (press, g_ascii_tolower (name[0]));
}

static JsonArray *
parse_combination (const char *text, GError **error)
{
  g_autoptr (JsonArray) press = json_array_new ();
  gboolean is_character = text[1] == '\0'; /* "-" and "+" are keys too */
  g_auto (GStrv) names = g_strsplit_set (text, is_character ? "" : "-+", -1);

  for (gsize i = 0; names[i] != NULL; i++)
    if (!add_named (press, names[i]))
      {
        vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                 "key: '%s' found in '%s', must be a character of a US keyboard or one of Ctrl, "
                 "Alt, AltGr, Shift, "
                 "Super, Enter, Esc, Tab, Space, Backspace, Delete, Insert, Home, End, PageUp, "
                 "PageDown, Up, Down, "
                 "Left, Right, F1 to F12, CapsLock, NumLock, ScrollLock, Print, SysRq, Pause, "
                 "Menu, Minus; joined by "
                 "'-' as in Ctrl-Alt-F2",
                 names[i], text);
        return NULL;
      }
  return g_steal_pointer (&press);
}

static GPtrArray *
new_presses (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) json_array_unref);
}

GPtrArray *
vz_keys_parse (const char *text, GError **error)
{
  g_autoptr (GPtrArray) presses = new_presses ();
  g_auto (GStrv) combinations = g_strsplit (text, " ", -1);

  for (gsize i = 0; combinations[i] != NULL; i++)
    {
      JsonArray *press;

      if (*combinations[i] == '\0')
        continue;
      press = parse_combination (combinations[i], error);
      if (press == NULL)
        return NULL;
      g_ptr_array_add (presses, press);
    }
  return g_steal_pointer (&presses);
}

GPtrArray *
vz_keys_for_text (const char *text, GError **error)
{
  g_autoptr (GPtrArray) presses = new_presses ();
  g_autoptr (GString) unknown = g_string_new (NULL);

  if (!g_utf8_validate (text, -1, NULL))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "text: must be UTF-8");
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);
      g_autoptr (JsonArray) press = json_array_new ();

      if (character < 128 && add_character (press, (char) character))
        g_ptr_array_add (presses, g_steal_pointer (&press));
      else if (g_unichar_isprint (character))
        g_string_append_printf (unknown, "%s%.*s", unknown->len > 0 ? " " : "",
                                (int) (g_utf8_next_char (at) - at), at);
      else
        g_string_append_printf (unknown, "%sU+%04X", unknown->len > 0 ? " " : "", character);
    }
  if (unknown->len > 0)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "text: %s found, which a US keyboard does not have", unknown->str);
  return g_steal_pointer (&presses);
}
