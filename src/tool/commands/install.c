/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/disk-argument.h"
#include "tool/image/install-iso.h"
#include "tool/image/install-plan.h"
#include "tool/image/install-source.h"
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include <stdio.h>
#include <string.h>

#include "foundation/vz-fail.h"

/* The command line is checked first, then this host, and only then is the image looked for; nothing
 * is written before everything is known to work. */

#define MAX_CPU_COUNT 1024 /* more than any host has */

/* The library's messages about a property concern the option that sets it. */
static const struct {
  const char *property;
  const char *option;
} names[] = {
  { "cpu-count: ", "--cpus: " },        { "memory-size: ", "--memory: " },
  { "disk-size: ", "--disk: " },        { "path: ", "--bundle: " },
  { "sha256: ", "--sha256: " },         { "signature: ", "--signature: " },
  { "keyring: ", "--keyring: " },       { "host-name: ", "--name: " },
  { "user-name: ", "--user: " },        { "ssh-authorized-keys: ", "--ssh-key: " },
  { "cloud-init: ", "--cloud-init: " }, { "ignition: ", "--ignition: " },
};

static char *arg_bundle;
static char *arg_cpus;
static char *arg_memory;
static char *arg_disk;
static char *arg_name;
static char *arg_user;
static char *arg_ssh_key;
static char **arg_publish;
static gboolean arg_keep_image;
static InstallProof arg_proof; /* what it points to is owned */
static gboolean arg_dry_run;
static char *arg_cloud_init;
static char *arg_ignition;
static gboolean arg_no_settings;
static char *arg_iso;
static gboolean arg_unattended;
static char *arg_script;
static char *arg_display;
static gboolean arg_headless;

static const GOptionEntry options[] = {
  { "bundle", 0, 0, G_OPTION_ARG_FILENAME, &arg_bundle, "Folder for the machine (~/VM.bundle)",
    "DIR" },
  { "cpus", 0, 0, G_OPTION_ARG_STRING, &arg_cpus, "Processors of the machine (all but one)", "N" },
  { "memory", 0, 0, G_OPTION_ARG_STRING, &arg_memory, "Memory of the machine (4G)", "SIZE" },
  { "disk", 0, 0, G_OPTION_ARG_STRING, &arg_disk, "Size of the disk, which is sparse (128G)",
    "SIZE" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &arg_name, "Host name of the guest (from the bundle's name)",
    "NAME" },
  { "user", 0, 0, G_OPTION_ARG_STRING, &arg_user, "User in the guest (your name)", "NAME" },
  { "ssh-key", 0, 0, G_OPTION_ARG_FILENAME, &arg_ssh_key,
    "Public key to accept besides vz's (~/.ssh/id_*.pub)", "FILE" },
  { "publish", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_publish,
    "Make a port of the guest reachable on this host's loopback address; may be repeated",
    "HOST:GUEST" },
  { "keep-image", 0, 0, G_OPTION_ARG_NONE, &arg_keep_image, "Keep the restore image in the bundle",
    NULL },
  INSTALL_PROOF_OPTIONS (arg_proof),
  { "dry-run", 0, 0, G_OPTION_ARG_NONE, &arg_dry_run,
    "Only say what would be fetched, from where, how it is verified, and what it needs", NULL },
  { "cloud-init", 0, 0, G_OPTION_ARG_FILENAME, &arg_cloud_init,
    "Settings for a disk image's cloud-init besides vz's", "FILE" },
  { "ignition", 0, 0, G_OPTION_ARG_FILENAME, &arg_ignition,
    "Configuration for a disk image's Ignition besides vz's (JSON)", "FILE" },
  { "no-settings", 0, 0, G_OPTION_ARG_NONE, &arg_no_settings,
    "Leave the guest of a disk image as it is: no first boot, no user, no key", NULL },
  { "iso", 0, 0, G_OPTION_ARG_FILENAME, &arg_iso,
    "Instead of IMAGE: start an installer's CD image on a blank disk, and install on its screen",
    "FILE|URL" },
  { "unattended", 0, 0, G_OPTION_ARG_NONE, &arg_unattended,
    "With --iso: answer the installer with libosinfo's script for its system; user, key and name "
    "as for an image",
    NULL },
  { "script", 0, 0, G_OPTION_ARG_FILENAME, &arg_script,
    "With --unattended: lines for that script, of preseed or kickstart", "FILE" },
  { "display", 0, 0, G_OPTION_ARG_STRING, &arg_display,
    "With --iso: show the installer's screen as 'vz run' does (web)", "web|gtk|vnc[=ADDRESS]" },
  { "headless", 0, 0, G_OPTION_ARG_NONE, &arg_headless,
    "With --iso: show no screen, for an unattended installer", NULL },
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
set_size (VzBundleInstaller *installer, GError **error)
{
  guint64 cpu_count = 0, memory_size = 0, disk_size = 0;

  if (arg_cpus != NULL &&
      !g_ascii_string_to_unsigned (arg_cpus, 10, 1, MAX_CPU_COUNT, &cpu_count, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--cpus: '%s' found, must be a number from 1 to %d", arg_cpus, MAX_CPU_COUNT);
  if (!parse_size ("--memory", arg_memory, &memory_size, error) ||
      !parse_size ("--disk", arg_disk, &disk_size, error))
    return FALSE;
  vz_bundle_installer_set_size (installer, (guint) cpu_count, memory_size, disk_size);
  return TRUE;
}

/* Only their syntax: whether the ports are free is known when the machine starts. */
static gboolean
set_ports (VzBundleInstaller *installer, GError **error)
{
  g_autoptr (GPtrArray) ports = g_ptr_array_new_with_free_func (g_object_unref);

  for (char **text = arg_publish; text != NULL && *text != NULL; text++)
    {
      VzPublishedPort *port = vz_published_port_new_from_string (*text, error);

      if (port == NULL)
        {
          g_prefix_error (error, "--publish: ");
          return FALSE;
        }
      g_ptr_array_add (ports, port);
    }
  vz_bundle_installer_set_published_ports (installer, ports);
  return TRUE;
}

static gboolean
set_settings (VzBundleInstaller *installer, GError **error)
{
  VzGuestSettings *settings = vz_bundle_installer_get_settings (installer);

  if (arg_name != NULL)
    vz_guest_settings_set_host_name (settings, arg_name);
  if (arg_user != NULL)
    vz_guest_settings_set_user_name (settings, arg_user);
  if (arg_ssh_key == NULL || vz_guest_settings_add_ssh_key_file (settings, arg_ssh_key, error))
    return TRUE;
  g_prefix_error (error, "--ssh-key: ");
  return FALSE;
}

/* The first option that is for disk images only, or NULL. */
static const char *
find_disk_option (void)
{
  const char *option = install_proof_get_option (&arg_proof);

  return option != NULL           ? option
         : arg_cloud_init != NULL ? "--cloud-init"
         : arg_ignition != NULL   ? "--ignition"
         : arg_no_settings        ? "--no-settings"
                                  : NULL;
}

/* A guest has at most one way to learn its settings. */
static gboolean
check_ways (GError **error)
{
  if (arg_cloud_init != NULL && arg_ignition != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--ignition: cannot be combined with --cloud-init");
  return !arg_no_settings || (arg_cloud_init == NULL && arg_ignition == NULL) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: cannot be combined with --no-settings",
                  arg_cloud_init != NULL ? "--cloud-init" : "--ignition");
}

static gboolean
set_first_boot (VzBundleInstaller *installer, GError **error)
{
  if (!check_ways (error))
    return FALSE;
  vz_bundle_installer_set_leave_guest (installer, arg_no_settings);
  if (arg_cloud_init != NULL &&
      !vz_bundle_installer_set_cloud_init_file (installer, arg_cloud_init, error))
    return vz_fail_prefix (error, "--cloud-init: ");
  return arg_ignition == NULL ||
         vz_bundle_installer_set_ignition_file (installer, arg_ignition, error) ||
         vz_fail_prefix (error, "--ignition: ");
}

/* The first option that an installer's CD cannot honor, or NULL. */
static const char *
find_option_against_iso (void)
{
  return arg_keep_image           ? "--keep-image"
         : arg_cloud_init != NULL ? "--cloud-init"
         : arg_ignition != NULL   ? "--ignition"
         : arg_no_settings        ? "--no-settings"
                                  : NULL;
}

/* The first option that an interactive installer does not honor, or NULL. */
static const char *
find_option_against_asking (void)
{
  return arg_name != NULL      ? "--name"
         : arg_user != NULL    ? "--user"
         : arg_ssh_key != NULL ? "--ssh-key"
                               : NULL;
}

/* What goes with --iso, and what only with it. */
static gboolean
check_iso_options (const VzTool *tool, InstallIso *iso, GError **error)
{
  const char *option = arg_display != NULL ? "--display" : arg_headless ? "--headless" : NULL;

  if (arg_iso == NULL && arg_unattended)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--unattended: is for --iso; other images ask nothing");
  if (arg_script != NULL && !arg_unattended)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--script: is for --unattended");

  if (arg_iso == NULL)
    return option == NULL ||
           vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%s: is for --iso; 'vz run' shows an installed machine's screen", option);
  if (tool->arguments[0] != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--iso: cannot be combined with an image ('%s')", tool->arguments[0]);
  option = find_option_against_iso ();
  if (option != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%s: cannot be combined with --iso: a CD's system is installed by its own "
                    "installer",
                    option);
  option = arg_unattended ? NULL : find_option_against_asking ();
  if (option != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%s: cannot be combined with --iso: the installer asks for this itself, unless "
                    "--unattended is given",
                    option);
  return install_iso_parse (iso, arg_display,
                            arg_headless || (arg_unattended && arg_display == NULL), error);
}

static gboolean
set_disk_options (VzBundleInstaller *installer, const char *text, GError **error)
{
  if (arg_keep_image)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--keep-image: is for restore images, and '%s' is a disk image", text);
  return set_first_boot (installer, error);
}

static gboolean
find_source (VzBundleInstaller *installer, VzTool *tool, InstallSource *source, GError **error)
{
  if (arg_iso != NULL)
    {
      install_source_take_iso (source, arg_iso);
      if (arg_unattended && !vz_bundle_installer_set_unattended (installer, arg_script, error))
        return vz_fail_prefix (error, "--script: ");
      return install_source_set_proof (source, &arg_proof, error);
    }
  if (!install_source_find (source, tool, tool->arguments[0], error))
    return FALSE;
  if (find_disk_option () != NULL)
    install_source_take_for_disk (source);
  if (source->location != NULL)
    return set_disk_options (installer, source->text, error) &&
           install_source_set_proof (source, &arg_proof, error);
  /* An unknown name is reported before the options that would not go with it. */
  if (source->unknown != NULL && !install_source_open_image (source, tool, error))
    return FALSE;
  if (install_proof_get_option (&arg_proof) == NULL && source->image == NULL &&
      !install_source_open_image (source, tool, error))
    return FALSE;
  if (install_proof_get_option (&arg_proof) == NULL &&
      (vz_restore_image_has_cloud_init (source->image) ||
       vz_restore_image_has_ignition (source->image)))
    return set_first_boot (installer, error);
  return find_disk_option () == NULL ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: is for disk images, and '%s' is not one",
                  find_disk_option (), source->text != NULL ? source->text : "latest");
}

static gboolean
set_options (VzBundleInstaller *installer, GError **error)
{
  vz_bundle_installer_set_keep_image (installer, arg_keep_image);
  return set_size (installer, error) && set_ports (installer, error) &&
         set_settings (installer, error);
}

/* Takes @line. */
static char *
name_option_of_line (char *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (line, names[i].property))
      {
        char *named = g_strconcat (names[i].option, line + strlen (names[i].property), NULL);

        g_free (line);
        return named;
      }
  return line;
}

static void
name_option (GError *error)
{
  g_autofree char *message = g_steal_pointer (&error->message);
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1); /* one for each problem */

  for (guint i = 0; lines[i] != NULL; i++)
    lines[i] = name_option_of_line (lines[i]);
  error->message = g_strjoinv ("\n", lines);
  if (g_str_equal (error->message, message) && g_error_matches (error, VZ_ERROR, VZ_ERROR_EXISTS))
    {
      g_free (error->message);
      error->message = g_strconcat (message, "; choose another place with --bundle", NULL);
    }
  install_proof_name_option (error);
}

/* Anyone who gives an installer's CD image wants to boot it. */
static void
add_hint (const VzTool *tool, GError *error)
{
  const char *text = arg_iso == NULL ? tool->arguments[0] : NULL;
  g_autofree char *message = NULL;

  if (text == NULL || !g_error_matches (error, VZ_ERROR, VZ_ERROR_INVALID_DISK_IMAGE) ||
      !disk_argument_is_cd (text))
    return;
  message = g_steal_pointer (&error->message);
  error->message = g_strconcat (message, "; 'vz install --iso' starts it on a blank disk", NULL);
}

static gboolean
install (gpointer installer, GCancellable *cancellable, GError **error)
{
  return vz_bundle_installer_install (installer, cancellable, error);
}

static gboolean
install_all (VzBundleInstaller *installer, const char *path, InstallIso *iso, VzTool *tool,
             GError **error)
{
  tool_hold_signals (tool);
  if (!vz_bundle_installer_claim (installer, error))
    return FALSE;
  if (vz_bundle_installer_get_resumes (installer))
    tool_say ("resuming the interrupted installation of '%s': its disk is already restored", path);
  else if (vz_bundle_get_replaced_partial (vz_bundle_installer_get_bundle (installer)))
    tool_say ("replacing what the interrupted installation of '%s' left behind", path);
  if (arg_iso != NULL)
    return install_iso_run (iso, tool, installer, error);
  return tool_wait (tool, install, installer, vz_bundle_installer_get_progress (installer), error);
}

static gboolean
run_checked (VzBundleInstaller *installer, const char *path, VzTool *tool, GError **error)
{
  g_auto (InstallSource) source = { NULL };
  g_autoptr (GError) refused = NULL;

  if (!set_options (installer, error))
    return FALSE;
  vz_bundle_installer_check (installer, &refused);
  if (refused != NULL && !arg_dry_run)
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return FALSE;
    }
  if (!find_source (installer, tool, &source, error))
    return FALSE;
  if (!arg_dry_run)
    return install_source_give (&source, tool, installer, error);
  /* What is known about the system is worth showing even if there is no place for it. */
  if (refused == NULL)
    return install_plan_show (&source, tool, installer, path, error);
  install_plan_show (&source, tool, installer, path, NULL);
  g_propagate_error (error, g_steal_pointer (&refused));
  return FALSE;
}

static gboolean
run_install (VzTool *tool, GError **error)
{
  g_autofree char *usual = vz_bundle_dup_default_path ();
  g_autofree char *path = g_canonicalize_filename (arg_bundle != NULL ? arg_bundle : usual, NULL);
  g_autoptr (VzBundleInstaller) installer = vz_bundle_installer_new (path);
  g_auto (InstallIso) iso = { 0 };
  g_autofree char *name = NULL;

  if (!check_iso_options (tool, &iso, error) || !run_checked (installer, path, tool, error))
    {
      if (error != NULL)
        {
          name_option (*error);
          add_hint (tool, *error);
        }
      return FALSE;
    }
  if (arg_dry_run)
    return TRUE;
  if (!install_all (installer, path, &iso, tool, error))
    {
      if (error != NULL)
        name_option (*error);
      return FALSE;
    }
  if (vz_bundle_installer_get_note (installer) != NULL)
    tool_say ("vz: %s", vz_bundle_installer_get_note (installer));
  tool_print_result (tool, "bundle", path);
  name = running_dup_hint_name (vz_bundle_installer_get_bundle (installer));
  if (!tool->json)
    tool_print ("%s is installed; 'vz run%s' starts it\n", path, name);
  return TRUE;
}

const VzCommand vz_command_install = {
  .name = "install",
  .arguments = "[IMAGE]",
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .options = options,
  .run = run_install,
  .summary = "Installs a machine from a restore image, a disk image, a system's name or an "
             "installer's CD image; by default, the newest Debian",
  .details =
    "IMAGE is a restore image or a disk image, given as a file or a URL, or a name from the "
    "catalogs such as debian. The bundle appears once it is complete. The same command resumes an "
    "interrupted installation, except one from an installer's CD image (--iso).",
  .examples = { { "vz install", "Installs the newest Debian into ~/VM.bundle" },
                { "vz install --bundle web.bundle --cpus 2 --memory 2G --disk 20G --publish "
                  "8080:80",
                  "Installs a smaller machine, and publishes its port 80 as this host's port "
                  "8080" },
                { "vz install debian.ipsw --name db --user anna",
                  "Installs an image from a file, with a host name and a user" },
                { "vz install --disk 20G cloud.qcow2", "Installs from a cloud image" },
                { "vz install --iso netinst.iso --display gtk",
                  "Starts an installer on a blank disk, in a window, and is done when the "
                  "installer is" },
                { "vz install --iso netinst.iso --unattended --user anna --disk 20G",
                  "Installs without questions, if osinfo-db has a script for that system" },
                { "vz install --dry-run --bundle f.bundle fedora",
                  "Says what installing Fedora would fetch, and from where" },
                { "vz install ubuntu@24.04 --bundle u.bundle", "Installs a system by name" } },
};
