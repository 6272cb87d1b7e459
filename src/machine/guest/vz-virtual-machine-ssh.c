/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-virtual-machine-ssh.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "configuration/platform/vz-generic-platform-configuration.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-owner.h"
#include "foundation/vz-fail.h"
#include "machine/guest/vz-ssh-key.h"
#include "machine/vz-virtual-machine-private.h"

#define SSH_PORT 22

/* Where vz keeps its guests' host keys, so as not to clutter the user's own file. */
static char *
dup_known_hosts (GError **error)
{
  g_autofree char *directory = g_build_filename (g_get_user_state_dir (), "vz", NULL);
  g_autofree char *path = NULL;
  int fd VZ_AUTO_CLOSE = -1;

  if (!vz_owner_make_folders (directory, 0700))
    return vz_fail_errno_null (error, "cannot create '%s'", directory);
  path = g_build_filename (directory, "known_hosts", NULL);
  fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd >= 0) /* otherwise ssh will say why not */
    vz_owner_follow (fd, path);
  return g_steal_pointer (&path);
}

/* Quoted for ssh, leaving nothing that it interprets: its tokens begin with %, and a backslash or
 * quote is handled separately. */
static gboolean
add_path (GStrvBuilder *argv, const char *option, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *argument = NULL;

  if (strstr (path, "${") != NULL || strpbrk (path, "\n\r") != NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "'%s': ssh does not accept a path with '${' or a line break", path);
  for (const char *at = path; *at != '\0'; at++)
    {
      if (*at == '%')
        g_string_append_c (text, '%');
      if (*at == '"' || *at == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *at);
    }
  argument = g_strdup_printf ("-o%s=\"%s\"", option, text->str);
  g_strv_builder_add (argv, argument);
  return TRUE;
}

/* Nothing of the user's is used: no configuration, agent, shared connections, trusted hosts, or
 * environment settings meant for other connections. */
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
  NULL,
};

static void add_format (GStrvBuilder *argv, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_format (GStrvBuilder *argv, const char *format, ...)
{
  g_autofree char *argument = NULL;
  va_list arguments;

  va_start (arguments, format);
  argument = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_strv_builder_add (argv, argument);
}

static gboolean
add_identity (VzVirtualMachine *self, GStrvBuilder *argv, GError **error)
{
  VzMachineIdentifier *identifier = vz_virtual_machine_get_identifier (self);
  g_autofree char *known_hosts = dup_known_hosts (error);
  g_autofree char *key = vz_ssh_key_dup_path ();
  g_autofree char *id = NULL;

  if (known_hosts == NULL || !add_path (argv, "IdentityFile", key, error) ||
      !add_path (argv, "UserKnownHostsFile", known_hosts, error))
    return FALSE;
  if (identifier == NULL)
    return TRUE;
  /* Each guest has its host key under its own name, since all are reached at the loopback
   * address. */
  id = vz_machine_identifier_to_string (identifier);
  add_format (argv, "-oHostKeyAlias=vz-%s", id);
  return TRUE;
}

static const char *
get_recorded_user (VzVirtualMachine *self)
{
  VzPlatformConfiguration *platform =
    vz_virtual_machine_configuration_get_platform (vz_virtual_machine_get_configuration (self));

  return VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform)
           ? vz_generic_platform_configuration_get_user_name (
               VZ_GENERIC_PLATFORM_CONFIGURATION (platform))
           : NULL;
}

/**
 * vz_virtual_machine_dup_ssh_command:
 * @self: a running machine
 * @user_name: (nullable): the user to log in as; %NULL: the user that the installation recorded,
 *   see [property@GenericPlatformConfiguration:user-name]
 * @options: (nullable) (array zero-terminated=1): options for ssh, as for its -o, which override
 *   those of vz
 * @command: (nullable) (array zero-terminated=1): the command to run there, as ssh takes it; %NULL:
 *   a login
 * @cancellable: (nullable): stops the wait for QEMU
 * @error: return location for an error, or %NULL
 *
 * Makes the words of a command that logs in to the guest with the system's ssh, through the port
 * that is published for it and with vz's key. Neither the user's ssh configuration nor their ssh
 * agent is used. Not in Apple's framework.
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): program and arguments, or %NULL
 *   with code 3 (state), %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION (the guest's port 22 is
 *   not published), %VZ_ERROR_NOT_FOUND (no user is recorded), %VZ_ERROR_NOT_SUPPORTED (a path that
 *   ssh does not accept) or %VZ_ERROR_IO
 *
 * Since: 0.1
 */
char **
vz_virtual_machine_dup_ssh_command (VzVirtualMachine *self, const char *user_name,
                                    const char *const *options, const char *const *command,
                                    GCancellable *cancellable, GError **error)
{
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  guint port;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  port = vz_virtual_machine_find_published_port (self, SSH_PORT, cancellable, error);
  if (port == 0)
    return NULL;
  if (user_name == NULL)
    user_name = get_recorded_user (self);
  if (user_name == NULL)
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "no user is recorded for the guest");
  g_strv_builder_add (argv, "ssh");
  /* ssh uses the first value that it finds, so the caller's come first. */
  for (guint i = 0; options != NULL && options[i] != NULL; i++)
    add_format (argv, "-o%s", options[i]);
  g_strv_builder_addv (argv, (const char **) own_options);
  add_format (argv, "-p%u", port);
  if (!add_identity (self, argv, error))
    return NULL;
  g_strv_builder_add_many (argv, "-l", user_name, "127.0.0.1", NULL);
  if (command != NULL && command[0] != NULL)
    {
      g_strv_builder_add (argv, "--");
      g_strv_builder_addv (argv, (const char **) command);
    }
  return g_strv_builder_end (argv);
}
