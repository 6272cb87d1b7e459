/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/image/image-argument.h"
#include "tool/install/install-job.h"
#include "tool/machine/running.h"

#include <stdio.h>
#include <string.h>

#include "foundation/vz-fail.h"

/* Everything that can be refused is refused here, before anything is written: the place, the
 * options, the host, and what the image needs. The long part is in install-job.c. */

#define DEFAULT_DISK_SIZE (G_GUINT64_CONSTANT (128) << 30)

static char *arg_bundle;
static char *arg_cpus;
static char *arg_memory;
static char *arg_disk;
static char *arg_name;
static char *arg_user;
static char *arg_ssh_key;
static char **arg_publish;
static gboolean arg_keep_image;

static const GOptionEntry options[] = {
  { "bundle", 0, 0, G_OPTION_ARG_FILENAME, &arg_bundle, "Where the machine shall be (~/VM.bundle)",
    "DIR" },
  { "cpus", 0, 0, G_OPTION_ARG_STRING, &arg_cpus, "Processors of the machine (all but one)", "N" },
  { "memory", 0, 0, G_OPTION_ARG_STRING, &arg_memory, "Memory of the machine (4G)", "SIZE" },
  { "disk", 0, 0, G_OPTION_ARG_STRING, &arg_disk,
    "Size of the disk, which takes what is used (128G)", "SIZE" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &arg_name, "The guest's host name (after the bundle)",
    "NAME" },
  { "user", 0, 0, G_OPTION_ARG_STRING, &arg_user, "The guest's user (yours)", "NAME" },
  { "ssh-key", 0, 0, G_OPTION_ARG_FILENAME, &arg_ssh_key,
    "Public key to accept beside vz's (~/.ssh/id_*.pub)", "FILE" },
  { "publish", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_publish,
    "Reach a port of the guest on one of this host's loopback address; may be repeated",
    "HOST:GUEST" },
  { "keep-image", 0, 0, G_OPTION_ARG_NONE, &arg_keep_image, "Keep the restore image in the bundle",
    NULL },
  G_OPTION_ENTRY_NULL,
};

static gboolean
parse_size (const char *option, const char *text, guint64 *ret_bytes, GError **error)
{
  guint64 bytes = 0;

  if (text == NULL)
    return TRUE;
  if (!vz_size_parse (text, &bytes, NULL) || bytes == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%s: '%s' found, must be a size such as 4G (K, M, G, T are powers of 1024)",
                    option, text);
  *ret_bytes = bytes;
  return TRUE;
}

static gboolean
parse_wish (InstallWish *wish, GError **error)
{
  wish->disk_size = DEFAULT_DISK_SIZE;
  if (arg_cpus != NULL &&
      !g_ascii_string_to_unsigned (arg_cpus, 10, 1, 1024, &wish->cpu_count, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--cpus: '%s' found, must be a number from 1 to 1024", arg_cpus);
  return parse_size ("--memory", arg_memory, &wish->memory_size, error) &&
         parse_size ("--disk", arg_disk, &wish->disk_size, error);
}

/* The guest's user is named like the one who installs, if the guest accepts that name. */
static void
choose_user (VzGuestSettings *settings)
{
  vz_guest_settings_set_user_name (settings, g_get_user_name ());
  if (!vz_guest_settings_validate (settings, NULL))
    vz_guest_settings_set_user_name (settings, "user");
}

static gboolean
make_settings (InstallJob *self, GError **error)
{
  g_autofree char *name = arg_name != NULL ? g_strdup (arg_name)
                                           : vz_guest_settings_derive_host_name (self->path);

  self->settings = vz_guest_settings_new ();
  vz_guest_settings_set_host_name (self->settings, name);
  vz_guest_settings_set_console_login (self->settings, TRUE);
  if (arg_user != NULL)
    vz_guest_settings_set_user_name (self->settings, arg_user);
  else
    choose_user (self->settings);
  if (arg_ssh_key != NULL &&
      !vz_guest_settings_add_ssh_key_file (self->settings, arg_ssh_key, error))
    {
      g_prefix_error (error, "--ssh-key: ");
      return FALSE;
    }
  return vz_guest_settings_validate (self->settings, error);
}

typedef struct {
  InstallJob *job;
  const ImageArgument *argument;
} Open;

/* What a catalog says may be enough to refuse an image; else it is looked into, also on a server,
 * so that all it asks for is known before any of it is fetched. */
static gboolean
open_image (gpointer data, GCancellable *cancellable, GError **error)
{
  Open *self = data;
  g_autoptr (VzRestoreImage) described = NULL;

  if (self->argument->entry != NULL)
    {
      described = image_argument_describe (self->argument, cancellable, error);
      if (described == NULL || !vz_restore_image_check_supported (described, error))
        return FALSE;
    }
  self->job->image = image_argument_open (self->argument, cancellable, error);
  return self->job->image != NULL;
}

static gboolean
find_image (InstallJob *self, VzTool *tool, GError **error)
{
  const char *argument = tool->arguments[0];
  g_auto (ImageArgument) image = { NULL, NULL };
  Open work = { self, &image };

  if (!image_argument_resolve (tool, argument != NULL ? argument : "latest", NULL, &image, error))
    return FALSE;
  return tool_wait (tool, open_image, &work, NULL, error);
}

/* Only the texts: whether the ports are free is known when the machine starts. */
static gboolean
check_publish (GError **error)
{
  for (char **text = arg_publish; text != NULL && *text != NULL; text++)
    {
      g_autoptr (VzPublishedPort) port = vz_published_port_new_from_string (*text, error);

      if (port != NULL)
        continue;
      g_prefix_error (error, "--publish: ");
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_all (InstallJob *self, VzTool *tool, GError **error)
{
  g_autofree char *usual = g_build_filename (g_get_home_dir (), "VM.bundle", NULL);

  self->path = g_canonicalize_filename (arg_bundle != NULL ? arg_bundle : usual, NULL);
  /* What is written on the line first, then this host, and only then is the image looked for. */
  return parse_wish (&self->wish, error) && check_publish (error) && make_settings (self, error) &&
         install_check_place (self->path, self->wish.disk_size, error) &&
         install_check_host (&self->wish, error) && find_image (self, tool, error) &&
         install_check_image (self->image, &self->wish, error) &&
         install_check_space (self->image, self->path, self->wish.disk_size, arg_keep_image,
                              error) &&
         vz_guest_settings_add_own_ssh_keys (self->settings, error); /* this one writes */
}

static gboolean
run_install (VzTool *tool, GError **error)
{
  g_auto (InstallJob)
    job = { .keep_image = arg_keep_image, .publish = (const char *const *) arg_publish };
  g_autofree char *name = NULL;

  if (!check_all (&job, tool, error) || !install_job_run (&job, tool, error))
    return FALSE;
  tool_print_result (tool, "bundle", job.path);
  name = running_dup_hint_name (job.bundle);
  if (!tool->json)
    tool_print ("%s is installed; 'vz run%s' starts it\n", job.path, name);
  return TRUE;
}

const VzCommand vz_command_install = {
  "install",
  "[IMAGE]",
  0,
  1,
  VZ_COMMAND_JSON,
  options,
  run_install,
  "Installs a machine from a restore image; without one from the newest Debian",
};
