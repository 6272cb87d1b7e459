/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Installs a virtual machine from a restore image, step by step as Apple's sample of the same name
 * does, using only vz's public interface:
 *
 *   InstallationTool         makes ~/VM.bundle, downloads the latest supported image, installs it
 *   InstallationTool IMAGE   makes ~/VM.bundle, installs that image: a file or a web address
 *
 * One step comes earlier than in Apple's: nothing is written before the image is known to be one
 * that this host can install. */

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>

#include <vz.h>

#include "standard-descriptors.h"

#define GIBIBYTE (1024ULL * 1024 * 1024)
#define DISK_SIZE (128 * GIBIBYTE) /* sparse: takes up what is used */

typedef struct {
  GMainLoop *loop;
  GCancellable *cancellable;
  VzBundle *bundle;
  VzProgress *download;
  VzInstaller *installer;
  char *last_line; /* of the progress */
  int status;
} Tool;

/* ---- Ending: done, failed, interrupted ---- */

static void
finish (Tool *tool, const char *step, GError *error)
{
  if (g_error_matches (error, VZ_ERROR, VZ_ERROR_OPERATION_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tool->status = 130;
  else if (g_error_matches (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED))
    tool->status = 3;
  else if (error != NULL)
    tool->status = EXIT_FAILURE;
  if (error != NULL)
    {
      fprintf (stderr, "%s: %s\n", step, error->message);
      if (tool->bundle != NULL && vz_bundle_is_partial (tool->bundle))
        vz_bundle_discard (tool->bundle, NULL);
      g_error_free (error);
    }
  g_main_loop_quit (tool->loop);
}

static gboolean
cancel (gpointer data)
{
  Tool *tool = data;

  g_cancellable_cancel (tool->cancellable);
  return G_SOURCE_CONTINUE;
}

static void
print_progress (Tool *tool, const char *what, VzProgress *progress)
{
  g_autofree char *phase = vz_progress_dup_phase (progress);
  g_autofree char *line = g_strdup_printf ("%s progress: %.0f%% (%s)", what,
                                           100 * vz_progress_get_fraction_completed (progress),
                                           phase != NULL ? phase : "preparing");

  if (g_strcmp0 (line, tool->last_line) == 0)
    return;
  puts (line);
  g_free (tool->last_line);
  tool->last_line = g_steal_pointer (&line);
}

static void
download_advanced (VzProgress *progress, GParamSpec *pspec, Tool *tool)
{
  print_progress (tool, "Restore image download", progress);
}

static void
installation_advanced (VzProgress *progress, GParamSpec *pspec, Tool *tool)
{
  print_progress (tool, "Installation", progress);
}

/* ---- The machine's configuration ---- */

static GPtrArray *
list_of (gpointer object)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (list, object);
  return list;
}

/* The machine's board, identity and firmware variables; kept in the bundle. */
static gboolean
create_platform (Tool *tool, VzVirtualMachineConfiguration *configuration, VzHardwareModel *model,
                 GError **error)
{
  g_autofree char *storage_path = vz_bundle_dup_auxiliary_storage_path (tool->bundle);
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autoptr (VzGenericMachineIdentifier) identifier = vz_generic_machine_identifier_new ();
  g_autoptr (VzEFIBootLoader) boot_loader = vz_efi_boot_loader_new ();
  g_autoptr (VzEFIVariableStore) store = NULL;

  if (!VZ_IS_GENERIC_HARDWARE_MODEL (model) || !vz_hardware_model_is_supported (model))
    {
      g_set_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED,
                   "the image's hardware model is not supported on this host");
      return FALSE;
    }
  store = vz_efi_variable_store_new_creating (storage_path, model,
                                              VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE, error);
  if (store == NULL || !vz_bundle_set_hardware_model (tool->bundle, model, error) ||
      !vz_bundle_set_machine_identifier (tool->bundle, VZ_MACHINE_IDENTIFIER (identifier), error))
    return FALSE;
  vz_generic_platform_configuration_set_hardware_model (platform,
                                                        VZ_GENERIC_HARDWARE_MODEL (model));
  vz_generic_platform_configuration_set_machine_identifier (platform, identifier);
  vz_efi_boot_loader_set_variable_store (boot_loader, store);
  vz_virtual_machine_configuration_set_platform (configuration,
                                                 VZ_PLATFORM_CONFIGURATION (platform));
  vz_virtual_machine_configuration_set_boot_loader (configuration, VZ_BOOT_LOADER (boot_loader));
  return TRUE;
}

/* All processors but one and 4 GiB, within what the host allows. */
static guint
choose_cpu_count (void)
{
  return CLAMP (MAX (g_get_num_processors (), 2) - 1,
                vz_virtual_machine_configuration_get_minimum_allowed_cpu_count (),
                vz_virtual_machine_configuration_get_maximum_allowed_cpu_count ());
}

static guint64
choose_memory_size (void)
{
  return CLAMP (4 * GIBIBYTE, vz_virtual_machine_configuration_get_minimum_allowed_memory_size (),
                vz_virtual_machine_configuration_get_maximum_allowed_memory_size ());
}

/* Neither may be less than the image needs, nor may the disk. */
static gboolean
check_size (VzRestoreImage *image, GError **error)
{
  VzConfigurationRequirements *requirements =
    vz_restore_image_get_most_featureful_supported_configuration (image);

  if (choose_cpu_count () >=
        vz_configuration_requirements_get_minimum_supported_cpu_count (requirements) &&
      choose_memory_size () >=
        vz_configuration_requirements_get_minimum_supported_memory_size (requirements) &&
      DISK_SIZE >= vz_configuration_requirements_get_minimum_disk_size (requirements))
    return TRUE;
  g_set_error (
    error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
    "the image needs more processors, memory or disk than this program gives on this host");
  return FALSE;
}

static gboolean
create_disk (Tool *tool, VzVirtualMachineConfiguration *configuration, GError **error)
{
  g_autofree char *path = vz_bundle_dup_disk_image_path (tool->bundle);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    attachment = vz_disk_image_storage_device_attachment_new (path, FALSE);
  VzVirtioBlockDeviceConfiguration *disk =
    vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (attachment));
  g_autoptr (GPtrArray) disks = list_of (disk);

  vz_disk_image_storage_device_attachment_set_caching_mode (attachment,
                                                            VZ_DISK_IMAGE_CACHING_MODE_AUTOMATIC);
  vz_disk_image_storage_device_attachment_set_synchronization_mode (
    attachment, VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FULL);
  vz_virtio_block_device_configuration_set_block_device_identifier (disk, "Disk.img");

  if (!vz_bundle_create_disk_image (tool->bundle, DISK_SIZE, error))
    return FALSE;
  vz_virtual_machine_configuration_set_storage_devices (configuration, disks);
  return TRUE;
}

static void
add_network (VzVirtualMachineConfiguration *configuration)
{
  VzNetworkDeviceConfiguration *network =
    VZ_NETWORK_DEVICE_CONFIGURATION (vz_virtio_network_device_configuration_new ());
  VzGenericPlatformConfiguration *platform = VZ_GENERIC_PLATFORM_CONFIGURATION (
    vz_virtual_machine_configuration_get_platform (configuration));
  g_autoptr (VzMACAddress) address = vz_machine_identifier_dup_default_mac_address (
    VZ_MACHINE_IDENTIFIER (vz_generic_platform_configuration_get_machine_identifier (platform)));
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (GPtrArray)
    ports = list_of (vz_published_port_new (0, 22)); /* a free port of the host, to SSH */
  g_autoptr (GPtrArray) networks = list_of (network);

  vz_nat_network_device_attachment_set_published_ports (nat, ports);
  vz_network_device_configuration_set_attachment (network, VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  vz_network_device_configuration_set_mac_address (network, address);
  vz_virtual_machine_configuration_set_network_devices (configuration, networks);
}

/* A screen with keyboard and pointer, a serial console, and what else a Linux guest can use. */
static void
add_devices (VzVirtualMachineConfiguration *configuration)
{
  VzVirtioGraphicsDeviceConfiguration *graphics = vz_virtio_graphics_device_configuration_new ();
  VzSerialPortConfiguration *serial =
    VZ_SERIAL_PORT_CONFIGURATION (vz_uart_serial_port_configuration_new ());
  g_autoptr (VzSocketSerialPortAttachment) console = vz_socket_serial_port_attachment_new (NULL);
  g_autoptr (GPtrArray)
    scanouts = list_of (vz_virtio_graphics_scanout_configuration_new (1920, 1200));
  g_autoptr (GPtrArray) displays = list_of (graphics);
  g_autoptr (GPtrArray) keyboards = list_of (vz_usb_keyboard_configuration_new ());
  g_autoptr (GPtrArray)
    pointers = list_of (vz_usb_screen_coordinate_pointing_device_configuration_new ());
  g_autoptr (GPtrArray) serial_ports = list_of (serial);
  g_autoptr (GPtrArray) entropy = list_of (vz_virtio_entropy_device_configuration_new ());
  g_autoptr (GPtrArray)
    balloons = list_of (vz_virtio_traditional_memory_balloon_device_configuration_new ());

  vz_virtio_graphics_device_configuration_set_scanouts (graphics, scanouts);
  vz_serial_port_configuration_set_attachment (serial, VZ_SERIAL_PORT_ATTACHMENT (console));
  vz_virtual_machine_configuration_set_graphics_devices (configuration, displays);
  vz_virtual_machine_configuration_set_keyboards (configuration, keyboards);
  vz_virtual_machine_configuration_set_pointing_devices (configuration, pointers);
  vz_virtual_machine_configuration_set_serial_ports (configuration, serial_ports);
  vz_virtual_machine_configuration_set_entropy_devices (configuration, entropy);
  vz_virtual_machine_configuration_set_memory_balloon_devices (configuration, balloons);
}

static VzVirtualMachine *
create_machine (Tool *tool, VzConfigurationRequirements *requirements, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  VzHardwareModel *model = vz_configuration_requirements_get_hardware_model (requirements);

  if (!create_platform (tool, configuration, model, error) ||
      !create_disk (tool, configuration, error))
    return NULL;
  vz_virtual_machine_configuration_set_cpu_count (configuration, choose_cpu_count ());
  vz_virtual_machine_configuration_set_memory_size (configuration, choose_memory_size ());
  add_network (configuration);
  add_devices (configuration);
  if (!vz_virtual_machine_configuration_validate (configuration, error) ||
      !vz_bundle_save_configuration (tool->bundle, configuration, error))
    return NULL;
  return vz_virtual_machine_new (configuration);
}

/* ---- Installing ---- */

static void
installed (GObject *source, GAsyncResult *result, gpointer data)
{
  Tool *tool = data;
  g_autofree char *image_path = vz_bundle_dup_restore_image_path (tool->bundle);
  GError *error = NULL;

  if (!vz_installer_install_finish (tool->installer, result, &error))
    {
      finish (tool, "Installation failed", error);
      return;
    }
  remove (image_path); /* exists only if the image was downloaded */
  if (vz_bundle_commit (tool->bundle, &error))
    printf ("Installation succeeded: %s\n", vz_bundle_get_path (tool->bundle));
  finish (tool, "The bundle could not be put in its place", error);
}

/* Ends the program if it cannot. */
static gboolean
can_be_installed (Tool *tool, VzRestoreImage *image)
{
  GError *error = NULL;

  if (vz_restore_image_check_supported (image, &error) && check_size (image, &error))
    return TRUE;
  finish (tool, "No supported configuration available", error);
  return FALSE;
}

static void
install (Tool *tool, VzRestoreImage *image)
{
  VzConfigurationRequirements *requirements =
    vz_restore_image_get_most_featureful_supported_configuration (image);
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autoptr (VzGuestSettings) settings = vz_guest_settings_new ();
  GError *error = NULL;

  /* the downloaded image may require more than was known of it before */
  if (!can_be_installed (tool, image))
    return;
  machine = create_machine (tool, requirements, &error);
  if (machine == NULL || !vz_guest_settings_add_own_ssh_keys (settings, &error))
    {
      finish (tool, "The machine could not be set up", error);
      return;
    }
  tool->installer = vz_installer_new (machine, vz_restore_image_get_path (image));
  vz_installer_set_settings (tool->installer, settings);
  g_signal_connect (vz_installer_get_progress (tool->installer), "notify::fraction-completed",
                    G_CALLBACK (installation_advanced), tool);
  printf ("Starting installation.\n");
  vz_installer_install_async (tool->installer, tool->cancellable, installed, tool);
}

static void
loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;
  g_autoptr (VzRestoreImage) image = vz_restore_image_load_finish (result, &error);

  if (image != NULL)
    install (data, image);
  else
    finish (data, "The restore image could not be loaded", error);
}

/* ---- Getting the image ---- */

static gboolean
create_bundle (Tool *tool, GError **error)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), "VM.bundle", NULL);

  tool->bundle = vz_bundle_create (path, error);
  if (tool->bundle != NULL && vz_bundle_get_replaced_partial (tool->bundle))
    printf ("Replacing what an interrupted installation left.\n");
  return tool->bundle != NULL;
}

static void
downloaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Tool *tool = data;
  g_autofree char *path = vz_bundle_dup_restore_image_path (tool->bundle);
  GError *error = NULL;

  if (vz_restore_image_download_finish (VZ_RESTORE_IMAGE (source), result, &error))
    vz_restore_image_load_async (path, tool->cancellable, loaded, tool);
  else
    finish (tool, "The restore image could not be downloaded", error);
}

static void
download (Tool *tool, VzRestoreImage *image)
{
  g_autofree char *path = vz_bundle_dup_restore_image_path (tool->bundle);

  printf ("Attempting to download the restore image.\n");
  tool->download = vz_progress_new (0);
  g_signal_connect (tool->download, "notify::fraction-completed", G_CALLBACK (download_advanced),
                    tool);
  vz_restore_image_download_async (image, path, tool->download, tool->cancellable, downloaded,
                                   tool);
}

/* The first moment at which anything is known of the image, and the last at which nothing has been
 * written. */
static void
found (Tool *tool, VzRestoreImage *image)
{
  GError *error = NULL;

  if (!can_be_installed (tool, image))
    return;
  if (!create_bundle (tool, &error))
    finish (tool, "The bundle could not be created", error);
  else if (vz_restore_image_get_path (image) != NULL)
    install (tool, image);
  else
    download (tool, image);
}

static void
opened (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;
  g_autoptr (VzRestoreImage) image = vz_restore_image_load_finish (result, &error);

  if (image != NULL)
    found (data, image);
  else
    finish (data, "The restore image could not be loaded", error);
}

static void
fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;
  g_autoptr (VzRestoreImage)
    image = vz_restore_image_fetch_latest_supported_finish (result, &error);

  if (image != NULL)
    found (data, image);
  else
    finish (data, "The latest supported restore image could not be found", error);
}

int
main (int argc, char **argv)
{
  Tool tool = { .status = EXIT_SUCCESS };

  if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
    {
      fprintf (stderr, "Usage: InstallationTool [IMAGE]\n"
                       "Without IMAGE the latest supported restore image is downloaded.\n");
      return 2;
    }
  hold_standard_descriptors ();
  setvbuf (stdout, NULL, _IOLBF, 0);
  tool.loop = g_main_loop_new (NULL, FALSE);
  tool.cancellable = g_cancellable_new ();
  g_unix_signal_add (SIGINT, cancel, &tool);
  g_unix_signal_add (SIGTERM, cancel, &tool);
  if (argc == 2)
    vz_restore_image_load_async (argv[1], tool.cancellable, opened, &tool);
  else
    vz_restore_image_fetch_latest_supported_async (tool.cancellable, fetched, &tool);
  g_main_loop_run (tool.loop);

  g_free (tool.last_line);
  g_clear_object (&tool.installer);
  g_clear_object (&tool.download);
  g_object_unref (tool.cancellable);
  g_clear_object (&tool.bundle);
  g_main_loop_unref (tool.loop);
  return tool.status;
}
