/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-text.h"

static const struct {
  const char *text;
  const char *utf8;
  const char *clean;
} rows[] = {
  { "", "", "" },
  { "Bücher", "Bücher", "Bücher" },
  { "a\nb\tc", "a\nb\tc", "a\nb\tc" },
  { "B\xfc"
    "cher",
    "B\\xfccher", "B\\xfccher" },
  { "\xc3", "\\xc3", "\\xc3" },
  { "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" },
  { "\033]0;title\a", "\033]0;title\a", "\\x1b]0;title\\x07" },
  { "over\rwritten\b", "over\rwritten\b", "over\\x0dwritten\\x08" },
  { "\x7f", "\x7f", "\\x7f" },
  { "\xc2\x9b"
    "31m",
    "\xc2\x9b"
    "31m",
    "\\u009b31m" },
  { "\xe2\x80\xae"
    "gpj.exe",
    "\xe2\x80\xae"
    "gpj.exe",
    "\\u202egpj.exe" },
  { "\xe2\x81\xa6x\xe2\x81\xa9", "\xe2\x81\xa6x\xe2\x81\xa9", "\\u2066x\\u2069" },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *utf8 = vz_text_dup_utf8 (rows[i].text);
      g_autofree char *clean = vz_text_dup_clean (rows[i].text);

      g_assert_cmpstr (utf8, ==, rows[i].utf8);
      g_assert_cmpstr (clean, ==, rows[i].clean);
      g_assert_true (g_utf8_validate (clean, -1, NULL));
    }
}

/* A name has no lines; what is not in quotes keeps them. */
static void
test_message (void)
{
  static const struct {
    const char *text;
    const char *message;
  } messages[] = {
    { "", "" },
    { "two\nlines", "two\nlines" },
    { "'a\nb' is not running", "'a\\x0ab' is not running" },
    { "cannot read '/x/a\nb\033': No such file", "cannot read '/x/a\\x0ab\\x1b': No such file" },
    { "'vz run '/a\nb'' starts it", "'vz run '/a\\x0ab'' starts it" },
    { "'x': first\n'y\tz': second", "'x': first\n'y\\x09z': second" },
    { "QEMU's log ends with:\n  it can't\n  go on", "QEMU's log ends with:\n  it can't\n  go on" },
    { "QEMU says:\n  unmatched 'quote\n  here", "QEMU says:\n  unmatched 'quote\n  here" },
    { "'' is no name\n", "'' is no name\n" },
    { "found '\n'", "found '\\x0a'" },
  };
  g_autofree char *line = vz_text_dup_line ("a\nb\tc\033");

  g_assert_cmpstr (line, ==, "a\\x0ab\\x09c\\x1b");
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autofree char *message = vz_text_dup_message (messages[i].text);

      g_assert_cmpstr (message, ==, messages[i].message);
    }
}

/* Whatever the bytes are. */
static void
test_random (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      char text[40] = "";
      g_autofree char *clean = NULL;

      for (gsize i = 0; i < sizeof text - 1; i++)
        text[i] = (char) g_test_rand_int_range (1, 256);
      clean = round % 2 == 0 ? vz_text_dup_clean (text) : vz_text_dup_message (text);
      g_assert_true (g_utf8_validate (clean, -1, NULL));
      for (const char *c = clean; *c != '\0'; c = g_utf8_next_char (c))
        g_assert_false (vz_text_is_command (g_utf8_get_char (c)));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/rows", test_rows);
  g_test_add_func ("/text/message", test_message);
  g_test_add_func ("/text/random", test_random);
  return g_test_run ();
}
