/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include <errno.h>
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
    "An option for ssh, as with ssh -o; your ssh configuration and agent are not used",
    "KEY=VALUE" },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  VzGuestAgent *agent;
  char *user; /* owned: the answer */
} Asking;

static gboolean
has_recorded_user (VzVirtualMachine *machine)
{
  VzPlatformConfiguration *platform =
    vz_virtual_machine_configuration_get_platform (vz_virtual_machine_get_configuration (machine));

  return VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform) &&
         vz_generic_platform_configuration_get_user_name (
           VZ_GENERIC_PLATFORM_CONFIGURATION (platform)) != NULL;
}

/* A bundle that records no user may be older than that feature. */
static gboolean
ask_user (gpointer data, GCancellable *cancellable, GError **error)
{
  static const char *const argv[] = { "getent", "passwd", "1000", NULL };
  Asking *self = data;
  g_autoptr (GBytes) output = NULL;
  g_autofree char *line = NULL;
  g_auto (GStrv) fields = NULL;
  int status = 0;

  if (!running_wait_agent (self->agent, cancellable, error) ||
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

static gboolean
check_port (VzVirtualMachine *machine, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (vz_virtual_machine_find_published_port (machine, SSH_PORT, NULL, &cause) != 0)
    return TRUE;
  return vz_fail (error, (VzError) cause->code, "%s; 'vz run --publish 0:%d' does it",
                  cause->message, SSH_PORT);
}

/* ssh would take what follows for the option's value. */
static gboolean
check_options (GError **error)
{
  for (char **option = arg_options; option != NULL && *option != NULL; option++)
    if (**option == '\0')
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                      "--ssh-option: '' found, must be an option of ssh_config(5): NAME=VALUE");
  return TRUE;
}

static gboolean
run_ssh (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_auto (GStrv) argv = NULL;
  Asking asking = { 0 };
  g_autofree char *asked = NULL;

  if (!check_options (error) || !running_open_awake (&running, tool->arguments[0], error))
    return FALSE;
  if (!check_port (running.machine, error))
    return FALSE;
  if (arg_user == NULL && !has_recorded_user (running.machine))
    {
      asking.agent = vz_virtual_machine_get_guest_agent (running.machine);
      if (!tool_wait (tool, ask_user, &asking, NULL, error))
        return FALSE;
      asked = asking.user;
    }
  argv = vz_virtual_machine_dup_ssh_command (running.machine, arg_user != NULL ? arg_user : asked,
                                             (const char *const *) arg_options,
                                             (const char *const *) tool->rest, NULL, error);
  if (argv == NULL)
    return FALSE;
  /* A user's program that asks for the passwords of other machines. */
  g_unsetenv ("SSH_ASKPASS");
  g_unsetenv ("SSH_ASKPASS_REQUIRE");
  execvp (argv[0], argv);
  return vz_fail (error, errno == ENOENT ? VZ_ERROR_NOT_SUPPORTED : VZ_ERROR_IO,
                  "cannot start ssh: %s%s", g_strerror (errno),
                  errno == ENOENT ? "; it is in the package openssh-client" : "");
}

const VzCommand vz_command_ssh = {
  .name = "ssh",
  .arguments = "[BUNDLE] [-- COMMAND...]",
  .max_arguments = 1,
  .flags = VZ_COMMAND_REST,
  .options = options,
  .run = run_ssh,
  .summary = "Logs in to the guest with the system's ssh, or runs a command there",
  .details =
    "The user's key and the host's key come from the bundle; your ssh configuration is not used. "
    "The exit code is the command's, or 255 if ssh fails.",
  .examples = { { "vz ssh", "Logs in" },
                { "vz ssh web.bundle -- df -h", "Runs a command" },
                { "vz ssh --ssh-option 'LocalForward=8080 localhost:80'", "Forwards a port" } },
};
