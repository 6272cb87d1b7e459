/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/machine/running.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "foundation/vz-fail.h"

#define SSH_PORT 22

static char *arg_user;
static char **arg_options;

static const GOptionEntry options[] = {
  { "user", 'l', 0, G_OPTION_ARG_STRING, &arg_user,
    "Log in as this user (the one created at installation)", "NAME" },
  { "ssh-option", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &arg_options,
    "An option for ssh, as for its -o; your ssh configuration and agent are not used",
    "KEY=VALUE" },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  VzGuestAgent *agent;
  char *user; /* owned: the answer */
} Asking;

/* Who was made at the installation: the guest knows it best, wherever the bundle came from. */
static gboolean
ask_user (gpointer data, GCancellable *cancellable, GError **error)
{
  static const char *const argv[] = { "getent", "passwd", "1000", NULL };
  Asking *self = data;
  g_autoptr (GBytes) output = NULL;
  g_autofree char *line = NULL;
  g_auto (GStrv) fields = NULL;
  int status = 0;

  if (!vz_guest_agent_wait (self->agent, RUNNING_AGENT_TIMEOUT_MS, cancellable, error) ||
      !vz_guest_agent_exec (self->agent, argv, NULL, &status, &output, NULL, cancellable, error))
    return FALSE;
  line = g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
  fields = g_strsplit (line, ":", 2);
  if (status != 0 || fields[0] == NULL || *fields[0] == '\0')
    return vz_fail (error, VZ_ERROR_NOT_FOUND,
                    "the guest has no user to log in as; --user names one");
  self->user = g_strdup (fields[0]);
  return TRUE;
}

/* Where vz keeps the host keys of its guests, so that the user's own file stays clean. */
static char *
dup_known_hosts (GError **error)
{
  g_autofree char *directory = g_build_filename (g_get_user_state_dir (), "vz", NULL);

  if (g_mkdir_with_parents (directory, 0700) != 0)
    return vz_fail_errno_null (error, "'%s' cannot be created", directory);
  return g_build_filename (directory, "known_hosts", NULL);
}

/* In ssh's quotes, with nothing left that it takes for something else: its tokens begin with %, and
 * a backslash or a quote is taken by itself. */
static gboolean
add_path (GPtrArray *argv, const char *option, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (strstr (path, "${") != NULL || strpbrk (path, "\n\r") != NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "'%s': ssh takes no path with '${' or a line's end", path);
  for (const char *at = path; *at != '\0'; at++)
    {
      if (*at == '%')
        g_string_append_c (text, '%');
      if (*at == '"' || *at == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *at);
    }
  g_ptr_array_add (argv, g_strdup_printf ("-o%s=\"%s\"", option, text->str));
  return TRUE;
}

/* Nothing of the user's has a say: neither configuration nor agent, connection that is shared,
 * hosts that he trusts, or what is in the environment for other connections. */
static const char *const own_options[] = {
  "-Fnone",
  "-oIdentitiesOnly=yes",
  "-oIdentityAgent=none",
  "-oPreferredAuthentications=publickey,keyboard-interactive,password",
  "-oForwardAgent=no",
  "-oControlMaster=no",
  "-oControlPath=none",
  "-oProxyCommand=none",
  "-oProxyJump=none",
  "-oGlobalKnownHostsFile=none",
  "-oUpdateHostKeys=no",
  "-oCheckHostIP=no",
  "-oStrictHostKeyChecking=accept-new",
  "-oLogLevel=ERROR",
};

static GPtrArray *
make_arguments (Running *running, guint port, const char *user, GStrv command, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *known_hosts = dup_known_hosts (error);
  g_autofree char *id = vz_machine_identifier_to_string (running->identifier);
  g_autofree char *key = g_build_filename (g_get_user_data_dir (), "vz", "ssh", "id_ed25519", NULL);

  if (known_hosts == NULL)
    return NULL;
  g_ptr_array_add (argv, g_strdup ("ssh"));
  /* ssh takes the first value that it finds, so the user's come first. */
  for (guint i = 0; arg_options != NULL && arg_options[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup_printf ("-o%s", arg_options[i]));
  for (guint i = 0; i < G_N_ELEMENTS (own_options); i++)
    g_ptr_array_add (argv, g_strdup (own_options[i]));
  g_ptr_array_add (argv, g_strdup_printf ("-p%u", port));
  if (!add_path (argv, "IdentityFile", key, error) ||
      !add_path (argv, "UserKnownHostsFile", known_hosts, error))
    return NULL;
  /* Each guest has its host key under its own name, since all are reached on the loopback
   * address. */
  g_ptr_array_add (argv, g_strdup_printf ("-oHostKeyAlias=vz-%s", id));
  g_ptr_array_add (argv, g_strdup ("-l"));
  g_ptr_array_add (argv, g_strdup (user));
  g_ptr_array_add (argv, g_strdup ("127.0.0.1"));
  if (command != NULL && command[0] != NULL)
    g_ptr_array_add (argv, g_strdup ("--"));
  for (guint i = 0; command != NULL && command[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (command[i]));
  g_ptr_array_add (argv, NULL);
  return g_steal_pointer (&argv);
}

static gboolean
run_ssh (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_autoptr (GPtrArray) argv = NULL;
  Asking asking = { 0 };
  g_autofree char *user = NULL;
  guint port;

  if (!running_open_awake (&running, tool->arguments[0], error))
    return FALSE;
  port = running_get_published_port (running.machine, SSH_PORT);
  if (port == 0)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "the guest's port %d is not published; 'vz run --publish 0:%d' does it",
                    SSH_PORT, SSH_PORT);
  asking.agent = vz_virtual_machine_get_guest_agent (running.machine);
  if (arg_user == NULL && !tool_wait (tool, ask_user, &asking, NULL, error))
    return FALSE;
  user = arg_user != NULL ? g_strdup (arg_user) : asking.user;
  argv = make_arguments (&running, port, user, tool->rest, error);
  if (argv == NULL)
    return FALSE;
  /* A program of the user's that asks for the passwords of other machines. */
  g_unsetenv ("SSH_ASKPASS");
  g_unsetenv ("SSH_ASKPASS_REQUIRE");
  execvp ("ssh", (char **) argv->pdata);
  return vz_fail (error, errno == ENOENT ? VZ_ERROR_NOT_SUPPORTED : VZ_ERROR_IO,
                  "ssh cannot be started: %s%s", g_strerror (errno),
                  errno == ENOENT ? "; it is in the package openssh-client" : "");
}

const VzCommand vz_command_ssh = {
  "ssh",
  "[BUNDLE] [-- COMMAND...]",
  0,
  1,
  VZ_COMMAND_REST,
  options,
  run_ssh,
  "Logs in to the guest, or runs a command there, with the system's ssh",
};
