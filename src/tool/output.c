/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "foundation/vz-fail.h"
#include "foundation/vz-text.h"

/* How this works
 *
 * A terminal may be stopped, and the reader of a pipe may not read. While signals are caught,
 * nothing may wait for either forever: a signal must still end the command. So there must be room
 * for each piece before it is written. Output that a reader needs waits until a signal comes;
 * messages for users wait SAY_MS; the drawn progress does not wait.
 *
 * Names and messages come from outside, and may contain terminal control sequences. These are
 * escaped on standard error, and on standard output if it is a terminal; bytes go into a file or
 * pipe unchanged, since scripts use paths. Text is UTF-8 whatever the locale. */

#define PIECE_SIZE 4096 /* PIPE_BUF: a pipe that has room takes it at once */
#define POLL_MS 200
#define SAY_MS 2000
#define INTERRUPTED_MS 1000 /* for the last messages after a signal */

static GCancellable *interrupted; /* borrowed */
static int output_errno; /* of the first failed write to standard output */

void
tool_output_init (GCancellable *cancellable)
{
  interrupted = cancellable;
}

static gboolean
wait_for_room (int fd, int limit_ms)
{
  struct pollfd wait = { .fd = fd, .events = POLLOUT };

  for (int waited = 0;; waited += POLL_MS)
    {
      int max = limit_ms;

      if (poll (&wait, 1, limit_ms == 0 ? 0 : POLL_MS) != 0)
        return TRUE; /* or an error, which the write reports */
      if (g_cancellable_is_cancelled (interrupted) && (max < 0 || max > INTERRUPTED_MS))
        max = INTERRUPTED_MS;
      if (max >= 0 && waited >= max)
        return FALSE;
    }
}

static gboolean
write_text (int fd, const char *text, int limit_ms)
{
  gsize left = strlen (text);

  while (left > 0)
    {
      gssize n;

      if (!wait_for_room (fd, limit_ms))
        return FALSE;
      n = write (fd, text, MIN (left, PIECE_SIZE));
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        return FALSE;
      text += MAX (n, 0);
      left -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

static void
flush (void)
{
  if (fflush (stdout) != 0 && output_errno == 0)
    output_errno = errno;
}

static gboolean
print_text (const char *text)
{
  flush ();
  errno = ETIMEDOUT;
  if (!write_text (STDOUT_FILENO, text, -1) && output_errno == 0)
    output_errno = errno;
  return output_errno == 0;
}

/* Nothing inserted into a one-line format adds a line. */
static char *
dup_for_terminal (const char *format, const char *text)
{
  const char *end = strchr (format, '\n');
  g_autofree char *rest = NULL, *line = NULL;

  if (end == NULL || end[1] != '\0' || end == format)
    return vz_text_dup_message (text);
  rest = g_strndup (text, strlen (text) - 1);
  line = vz_text_dup_line (rest);
  return g_strconcat (line, "\n", NULL);
}

gboolean
tool_print (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clean = isatty (STDOUT_FILENO) ? dup_for_terminal (format, text) : NULL;
  return print_text (clean != NULL ? clean : text);
}

char *
tool_dup_shown_path (const char *path)
{
  return isatty (STDOUT_FILENO) ? vz_text_dup_line (path) : g_strdup (path);
}

void
tool_draw (int fd, const char *text)
{
  if (wait_for_room (fd, 0))
    write_text (fd, text, SAY_MS);
}

gboolean
tool_output_is_gone (void)
{
  return output_errno == EPIPE;
}

/* What is left in stdio's buffer counts too: a command whose answer was not written has failed. If
 * it has no reader any more, we end like a program that does not handle SIGPIPE. */
int
tool_output_finish (int exit_code)
{
  flush ();
  if (output_errno == 0 && ferror (stdout))
    output_errno = EIO;
  if (output_errno == 0 || output_errno == ETIMEDOUT)
    return exit_code;
  if (output_errno == EPIPE)
    {
      signal (SIGPIPE, SIG_DFL);
      raise (SIGPIPE);
    }
  tool_say ("vz: cannot write standard output: %s", g_strerror (output_errno));
  return exit_code != VZ_EXIT_DONE ? exit_code : VZ_EXIT_FAILED;
}

static gboolean
is_ours (const GError *error)
{
  return error->domain == VZ_ERROR && error->code >= VZ_ERROR_NOT_FOUND;
}

static VzExit
exit_for_code (const GError *error)
{
  static const struct {
    VzError code;
    VzExit exit_code;
  } rows[] = {
    { VZ_ERROR_INVALID_ARGUMENT, VZ_EXIT_USAGE },
    { VZ_ERROR_NOT_SUPPORTED, VZ_EXIT_HOST },
    { VZ_ERROR_OUT_OF_DISK_SPACE, VZ_EXIT_HOST },
    { VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG, VZ_EXIT_HOST },
    { VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION, VZ_EXIT_INVALID },
    { VZ_ERROR_INVALID_DISK_IMAGE, VZ_EXIT_INVALID },
    { VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG, VZ_EXIT_INVALID },
    { VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, VZ_EXIT_INVALID },
    { VZ_ERROR_INVALID_RESTORE_IMAGE, VZ_EXIT_INVALID },
    { VZ_ERROR_INVALID_BUNDLE, VZ_EXIT_INVALID },
    { VZ_ERROR_DIGEST_MISMATCH, VZ_EXIT_INVALID },
    { VZ_ERROR_FOREIGN_SAVED_STATE, VZ_EXIT_INVALID },
    { VZ_ERROR_VERIFICATION_FAILED, VZ_EXIT_INVALID },
    { VZ_ERROR_NOT_FOUND, VZ_EXIT_NOT_FOUND },
    { VZ_ERROR_USB_CONTROLLER_NOT_FOUND, VZ_EXIT_NOT_FOUND },
    { VZ_ERROR_DEVICE_NOT_FOUND, VZ_EXIT_NOT_FOUND },
    { VZ_ERROR_DEVICE_ALREADY_ATTACHED, VZ_EXIT_BUSY },
    { VZ_ERROR_BUSY, VZ_EXIT_BUSY },
    { VZ_ERROR_VIRTUAL_MACHINE_LIMIT_EXCEEDED, VZ_EXIT_BUSY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_error_matches (error, VZ_ERROR, (gint) rows[i].code))
      return rows[i].exit_code;
  return VZ_EXIT_FAILED;
}

/* Our own code says more than Apple's above it. */
VzExit
vz_exit_for_error (const GError *error)
{
  g_autoptr (GError) underlying = vz_error_dup_underlying (error);
  VzExit code = VZ_EXIT_FAILED;

  if (vz_error_is_cancelled (error))
    return VZ_EXIT_INTERRUPTED;
  if (underlying != NULL && is_ours (underlying) && !is_ours (error))
    code = exit_for_code (underlying);
  return code != VZ_EXIT_FAILED ? code : exit_for_code (error);
}

/* Within JSON strings: a byte that is not UTF-8 becomes the four characters \xHH. */
static char *
dup_valid_json (const char *json)
{
  GString *result = g_string_sized_new (strlen (json) + 1);

  for (const char *c = json; *c != '\0';)
    {
      gunichar character = g_utf8_get_char_validated (c, -1);

      if (character == (gunichar) -1 || character == (gunichar) -2)
        {
          g_string_append_printf (result, "\\\\x%02x", (guint) (guchar) *c++);
          continue;
        }
      if (vz_text_is_command (character))
        g_string_append_printf (result, "\\u%04x", (guint) character);
      else
        g_string_append_unichar (result, character);
      c = g_utf8_next_char (c);
    }
  return g_string_free (result, FALSE);
}

void
tool_print_json (JsonNode *node)
{
  g_autofree char *json = json_to_string (node, FALSE);
  g_autofree char *valid = dup_valid_json (json);
  g_autofree char *line = g_strconcat (valid, "\n", NULL);

  print_text (line);
}

static void
add_error (JsonBuilder *builder, const GError *error)
{
  json_builder_set_member_name (builder, "domain");
  json_builder_add_string_value (builder, g_quark_to_string (error->domain));
  json_builder_set_member_name (builder, "code");
  json_builder_add_int_value (builder, error->code);
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, error->message);
}

void
tool_print_error (VzTool *tool, const GError *error)
{
  g_autoptr (GError) underlying = NULL;
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *message = NULL;
  g_auto (GStrv) lines = NULL;

  flush (); /* keeps the order of the messages */
  message = vz_text_dup_message (error->message);
  lines = g_strsplit (message, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) /* each problem of a validation has its own line */
    {
      g_autofree char *line = g_strconcat ("vz: ", lines[i], "\n", NULL);

      write_text (STDERR_FILENO, line, -1);
    }
  if (!tool->json)
    return;
  underlying = vz_error_dup_underlying (error);
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, "error");
  add_error (builder, error);
  if (underlying != NULL)
    {
      json_builder_set_member_name (builder, "underlying");
      json_builder_begin_object (builder);
      add_error (builder, underlying);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

void
tool_say (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clean = vz_text_dup_message (text);
  line = g_strconcat (clean, "\n", NULL);
  flush ();
  write_text (STDERR_FILENO, line, SAY_MS);
}

/* The last line of a command with progress: {"event":"result","bundle":"..."} */
void
tool_print_result (VzTool *tool, const char *key, const char *value)
{
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!tool->json)
    return;
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, "result");
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}
