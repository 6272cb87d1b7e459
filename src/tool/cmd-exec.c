/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/running.h"

#include <gio/gunixinputstream.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/vz-fail.h"

#define AGENT_TIMEOUT_MS 120000 /* a guest that is still booting; on a slow host a minute */
#define INPUT_MAX (16 * 1024 * 1024)
#define INPUT_PATIENCE_MS 2000

static gboolean arg_stdin;

static const GOptionEntry options[] = {
  { "stdin", 'i', 0, G_OPTION_ARG_NONE, &arg_stdin, "Wait for standard input to end and pass it on", NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  VzGuestAgent *agent;
  const char *const *argv;
  GBytes *input;  /* owned, may be NULL */
  int status;
  GBytes *output; /* owned */
  GBytes *errors; /* owned */
} Exec;

/* The agent takes the whole input at the start, so it has to be read to its end first. A file and a
 * pipe with something in it are meant as input; a pipe that stays silent is often just inherited
 * from a script, and waiting for its end would be for ever. */
static gboolean
has_input (void)
{
  struct pollfd entry = { .fd = STDIN_FILENO, .events = POLLIN };
  struct stat st;

  if (fstat (STDIN_FILENO, &st) != 0)
    return FALSE;
  if (arg_stdin || S_ISREG (st.st_mode))
    return TRUE;
  if (!S_ISFIFO (st.st_mode) && !S_ISSOCK (st.st_mode))
    return FALSE;
  if (poll (&entry, 1, INPUT_PATIENCE_MS) > 0)
    return TRUE;
  tool_say ("vz: nothing came on standard input, so nothing is passed on; --stdin waits for it");
  return FALSE;
}

static gboolean
read_input (Exec *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  guint8 buffer[65536];
  gssize n;

  if (!has_input ())
    return TRUE;
  stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  bytes = g_byte_array_new ();
  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, cancellable, error)) > 0)
    {
      if (bytes->len + (gsize) n > INPUT_MAX)
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "standard input has more than %d MiB; use 'vz ssh' for that",
                        INPUT_MAX / 1024 / 1024);
      g_byte_array_append (bytes, buffer, (guint) n);
    }
  if (n < 0)
    return FALSE;
  self->input = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  return TRUE;
}

static gboolean
execute (gpointer data, GCancellable *cancellable, GError **error)
{
  Exec *self = data;

  return read_input (self, cancellable, error) &&
         vz_guest_agent_wait (self->agent, AGENT_TIMEOUT_MS, cancellable, error) &&
         vz_guest_agent_exec (self->agent, self->argv, self->input, &self->status, &self->output, &self->errors,
                              cancellable, error);
}

static void
pass_on (GBytes *bytes, FILE *stream)
{
  if (bytes != NULL)
    fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), stream);
  fflush (stream);
}

static gboolean
run_exec (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  Exec self = { 0 };
  gboolean done;

  if (tool->rest == NULL || tool->rest[0] == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "no command found; usage: vz exec [BUNDLE] -- COMMAND...");
  if (!running_open (&running, tool->arguments[0], error))
    return FALSE;
  self.agent = vz_virtual_machine_get_guest_agent (running.machine);
  self.argv = (const char *const *) tool->rest;
  done = tool_wait (tool, execute, &self, NULL, error);
  pass_on (self.output, stdout);
  pass_on (self.errors, stderr);
  tool->exit_code = self.status;
  g_clear_pointer (&self.input, g_bytes_unref);
  g_clear_pointer (&self.output, g_bytes_unref);
  g_clear_pointer (&self.errors, g_bytes_unref);
  return done;
}

const VzCommand vz_command_exec = {
  "exec", "[BUNDLE] -- COMMAND...", 0, 1, VZ_COMMAND_REST, options, run_exec,
  "Runs a command in the guest as root, through its agent, and passes on its exit code",
};
