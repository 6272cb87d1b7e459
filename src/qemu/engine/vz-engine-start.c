/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-private.h"

#include "bundle/vz-mac-place.h"
#include "bundle/vz-machine-claim.h"
#include "bundle/vz-machine-files.h"
#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/vz-configuration-rules.h"
#include "configuration/vz-sound.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-owner.h"
#include "foundation/host/vz-apple-licence.h"
#include "foundation/host/vz-binary.h"
#include "foundation/host/vz-block-device.h"
#include "foundation/host/vz-translator.h"
#include "foundation/vz-fail.h"
#include "qemu/arguments/vz-arguments.h"
#include "qemu/engine/vz-accelerator-choice.h"
#include "qemu/engine/vz-engine-nbd.h"
#include "qemu/engine/vz-engine-network.h"
#include "qemu/engine/vz-memory-check.h"
#include "qemu/engine/vz-port-check.h"
#include "qemu/engine/vz-serial-relay.h"
#include "qemu/vz-monitors.h"
#include "qemu/vz-share-servers.h"
#include "qemu/vz-stream.h"
#include "qemu/vz-vsock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* How this works
 *
 * The owner's monitor listens on a socket that is made here and passed to QEMU as a descriptor. So
 * the connection can be made before QEMU has started, nothing polls for a socket to appear, and if
 * QEMU dies early, the connection ends with it. QEMU creates the other sockets itself before it
 * answers on the monitor. */

#define NEGOTIATE_TIMEOUT_MS (60 * 1000) /* a loaded host; we notice at once if QEMU dies */
#define END_TIMEOUT_MS 5000

typedef struct {
  VzEngine *engine;
  VzOverlay *overlay; /* NULL unless the machine is ephemeral */
  GArray *fds; /* the engine's copies of what QEMU inherits; closed after the start */
  VzShareServers *servers; /* NULL: QEMU serves shared folders itself */
  VzIdMap id_map;
  gboolean has_id_map;
} Start;

static void
close_fds (Start *start)
{
  g_clear_pointer (&start->overlay, vz_overlay_free);
  for (guint i = 0; start->fds != NULL && i < start->fds->len; i++)
    close (g_array_index (start->fds, int, i));
  g_clear_pointer (&start->fds, g_array_unref);
}

static void
start_clear (Start *start)
{
  close_fds (start);
  g_clear_pointer (&start->servers, vz_share_servers_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Start, start_clear)

static int
open_handles (VzSerialPortAttachment *attachment, gpointer user_data, GError **error)
{
  Start *start = user_data;
  int fd = -1;
  VzSerialRelay *relay =
    vz_serial_relay_new (VZ_FILE_HANDLE_SERIAL_PORT_ATTACHMENT (attachment), &fd, error);

  if (relay == NULL)
    return -1;
  g_ptr_array_add (start->engine->relays, relay);
  g_array_append_val (start->fds, fd);
  return fd;
}

static int
open_network (VzNetworkDeviceAttachment *attachment, gpointer user_data, GError **error)
{
  Start *start = user_data;
  gboolean needed;
  int fd = vz_engine_open_network (attachment, &needed, error);

  if (fd >= 0)
    g_array_append_val (start->fds, fd);
  return fd;
}

static int
open_block_device (VzDiskBlockDeviceStorageDeviceAttachment *attachment, gboolean read_only,
                   gpointer user_data, GError **error)
{
  Start *start = user_data;
  VzFileHandle *handle =
    vz_disk_block_device_storage_device_attachment_get_file_handle (attachment);
  int fd =
    vz_block_device_open (vz_disk_block_device_storage_device_attachment_get_path (attachment),
                          handle != NULL ? vz_file_handle_get_fd (handle) : -1, read_only, error);

  if (fd >= 0)
    g_array_append_val (start->fds, fd);
  return fd;
}

static int
open_vsock (gpointer user_data, GError **error)
{
  Start *start = user_data;
  int fd = vz_vsock_open (error);

  if (fd >= 0)
    g_array_append_val (start->fds, fd);
  return fd;
}

static int
open_share (VzSharedDirectory *directory, gpointer user_data, GError **error)
{
  Start *start = user_data;
  int fd = vz_share_servers_start (start->servers, directory, error);

  if (fd >= 0)
    g_array_append_val (start->fds, fd);
  return fd;
}

/* Before the servers of shared folders start, as one of them may serve it. */
static gboolean
provide_translator (VzEngine *engine, VzVirtualMachineConfiguration *configuration, GError **error)
{
  return !vz_configuration_shares_translator (configuration) ||
         vz_translator_provide (vz_virtual_machine_configuration_get_architecture (configuration),
                                engine->runtime_dir, error);
}

static GStrv
build_arguments_of_mac (VzArguments *arguments, char **ret_reason, GError **error)
{
  g_autoptr (VzVmapple) qemu = vz_vmapple_find (error);
  g_autofree char *boot_rom = NULL;

  if (qemu == NULL || (boot_rom = vz_vmapple_find_boot_rom (error)) == NULL ||
      !vz_accelerator_choose_on_host (
        "aarch64", vz_virtual_machine_configuration_get_accelerator (arguments->configuration),
        &arguments->accelerator, ret_reason, error))
    return NULL;
  arguments->vmapple = qemu;
  arguments->binary = qemu->binary;
  arguments->boot_rom = boot_rom;
  return vz_arguments_build (arguments, error);
}

static GStrv
build_arguments (Start *start, VzVirtualMachineConfiguration *configuration,
                 const VzEngineOptions *options, int monitor_fd, GError **error)
{
  VzEngine *engine = start->engine;
  const char *architecture;
  const char *machine_type;
  g_autofree char *binary = NULL;
  g_autoptr (VzFirmware) firmware = NULL;
  g_autoptr (VzAudioHost) audio = NULL;
  VzBootLoader *loader;
  VzArguments arguments = {
    .configuration = configuration,
    .runtime_dir = engine->runtime_dir,
    .state_dir = engine->state_dir,
    .kernel_options = options->kernel_options,
    .kernel_boot = options->kernel_boot,
    .firmware_file = options->firmware_file,
    .overlay = start->overlay,
    .incoming = options->incoming,
    .has_io_uring = vz_arguments_host_has_io_uring (),
    .has_hubs = !options->keeps_networks,
    .monitor_fd = monitor_fd,
    .open_handles = open_handles,
    .open_network = open_network,
    .open_block_device = open_block_device,
    .open_vsock = open_vsock,
    .open_share = start->servers != NULL ? open_share : NULL,
    .user_data = start,
  };

  if (VZ_IS_MAC_PLATFORM_CONFIGURATION (
        vz_virtual_machine_configuration_get_platform (configuration)))
    return build_arguments_of_mac (&arguments, &engine->emulation_reason, error);
  if (!vz_arguments_get_board (configuration, &architecture, &machine_type, error))
    return NULL;
  binary = vz_binary_find (architecture, error);
  if (binary == NULL ||
      !vz_accelerator_choose_on_host (
        architecture, vz_virtual_machine_configuration_get_accelerator (configuration),
        &arguments.accelerator, &engine->emulation_reason, error))
    return NULL;
  loader = vz_virtual_machine_configuration_get_boot_loader (configuration);
  if (VZ_IS_EFI_BOOT_LOADER (loader))
    {
      firmware = vz_firmware_find (architecture, machine_type,
                                   vz_efi_boot_loader_get_secure_boot (VZ_EFI_BOOT_LOADER (loader)),
                                   error);
      if (firmware == NULL)
        return NULL;
    }
  if (vz_sound_needs_host (configuration) && (audio = vz_audio_host_find (binary, error)) == NULL)
    return NULL;
  arguments.binary = binary;
  arguments.firmware = firmware;
  arguments.audio = audio;
  return vz_arguments_build (&arguments, error);
}

VzMachineIdentifier *
vz_engine_identifier_of (VzVirtualMachineConfiguration *configuration, GError **error)
{
  VzMachineIdentifier *identifier = vz_virtual_machine_configuration_get_identifier (configuration);

  if (identifier != NULL)
    return identifier;
  return vz_fail_null (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                       "the platform has no machine identifier");
}

/* What a Mac needs besides the claim: the licence, and one of the places that it allows. QEMU
 * inherits the place. */
static gboolean
claim_mac (Start *start, VzVirtualMachineConfiguration *configuration, GError **error)
{
  int place;

  if (!VZ_IS_MAC_PLATFORM_CONFIGURATION (
        vz_virtual_machine_configuration_get_platform (configuration)))
    return TRUE;
  if (!vz_apple_licence_check (error) || (place = vz_mac_place_take (VZ_MAC_PLACE_NAME, error)) < 0)
    return FALSE;
  g_array_append_val (start->fds, place);
  return TRUE;
}

/* Names a process that began to use the disks between our check and QEMU's start, since QEMU does
 * not. */
static void
blame_late_user (VzEngine *self, GError **error)
{
  g_autoptr (GError) busy = NULL;

  if (vz_machine_files_check_users (self->configuration, FALSE, &busy))
    return;
  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&busy));
}

/* Cleans up after a failed start; @error becomes QEMU's own reason if it has one. */
static VzEngine *
abandon (Start *start, VzEngine *self, GError **error)
{
  int status;
  g_autofree char *described = NULL;
  g_autofree char *text = NULL;

  if (error != NULL &&
      (vz_error_is_cancelled (*error) || g_error_matches (*error, VZ_ERROR, VZ_ERROR_TIMED_OUT)))
    vz_process_signal (self->process, SIGKILL);
  else if (vz_process_wait (self->process, vz_deadline_after (END_TIMEOUT_MS), &status))
    {
      described = vz_process_describe_status (status);
      text = g_strdup_printf ("QEMU %s", described);
      g_clear_error (error);
      g_propagate_error (error, vz_engine_error_with_log (self, text));
      if (start->servers != NULL)
        vz_share_servers_explain (start->servers, error);
    }
  vz_engine_explain_nbd (self->configuration, self->log_path, error);
  vz_process_signal (self->process, SIGKILL);
  vz_process_wait (self->process, vz_deadline_after (END_TIMEOUT_MS), NULL);
  if (error != NULL && !vz_error_is_cancelled (*error))
    blame_late_user (self, error);
  vz_engine_release (self);
  return NULL;
}

/* Starts the process and connects, with the locks and the monitor's socket already held. */
static gboolean
spawn (Start *start, char **argv, VzMachineClaim *claim, const VzEngineOptions *options,
       GError **error)
{
  VzEngine *self = start->engine;
  g_autoptr (GArray) fds = start->overlay != NULL ? vz_overlay_list_fds (start->overlay)
                                                  : g_array_new (FALSE, FALSE, sizeof (int));
  VzProcessParams params = {
    .argv = (const char *const *) argv,
    .log_path = self->log_path,
    .kill_on_exit = options->kill_on_exit,
    .guarded = !options->kill_on_exit,
    .id_map = start->has_id_map ? &start->id_map : NULL,
  };

  g_array_append_vals (fds, start->fds->data, start->fds->len);
  vz_machine_claim_add_fds (claim, fds);
  params.extra_fds = (const int *) (gpointer) fds->data;
  params.n_extra_fds = fds->len;

  g_atomic_int_inc (&self->references); /* released by vz_engine_process_exited() */
  self->process = vz_process_spawn (&params, vz_engine_process_exited, self, error);
  if (self->process == NULL)
    {
      vz_engine_unref (self);
      return FALSE;
    }
  vz_machine_claim_give (claim, vz_process_get_pid (self->process), VZ_ENGINE_LAYOUT);
  return TRUE;
}

VzEngine *
vz_engine_start (VzVirtualMachineConfiguration *configuration, const VzEngineOptions *options,
                 GCancellable *cancellable, GError **error)
{
  VzMachineIdentifier *identifier = vz_engine_identifier_of (configuration, error);
  g_autoptr (VzMachineClaim) claim = NULL;
  g_autoptr (VzEngine) self = NULL;
  g_auto (Start) start = { .fds = g_array_new (FALSE, FALSE, sizeof (int)) };
  g_autofree char *monitor_path = NULL;
  g_auto (GStrv) argv = NULL;
  int monitor_fd;
  int client_fd;
  VZ_ERROR_PREFIX ("starting the machine");

  if (identifier == NULL)
    return NULL;
  claim = vz_machine_claim_new (configuration, identifier, error);
  if (claim == NULL || !vz_machine_files_check_users (configuration, options->ephemeral, error) ||
      !vz_port_check (configuration, error) || !vz_memory_check (configuration, error) ||
      !claim_mac (&start, configuration, error))
    return NULL;
  self = vz_engine_new (configuration, vz_machine_claim_get_runtime_dir (claim),
                        vz_machine_claim_get_state_dir (claim));
  start.engine = self;
  start.servers = vz_share_servers_new (configuration, self->runtime_dir, self->state_dir);
  start.has_id_map = start.servers == NULL && vz_id_map_choose (&start.id_map, configuration);
  if (options->ephemeral && (start.overlay = vz_overlay_new (configuration, error)) == NULL)
    return NULL;
  self->monitor_lock = vz_monitor_take (self->runtime_dir, VZ_MONITOR_OWNER);
  monitor_path = vz_monitor_dup_socket_path (self->runtime_dir, VZ_MONITOR_OWNER);
  monitor_fd = vz_stream_listen (monitor_path, error); /* the machine's lock is held */
  if (monitor_fd < 0)
    return NULL;
  g_array_append_val (start.fds, monitor_fd);
  argv = vz_engine_prepare_nbd (configuration, self->runtime_dir, error) &&
             provide_translator (self, configuration, error)
           ? build_arguments (&start, configuration, options, monitor_fd, error)
           : NULL;
  if (argv == NULL || !spawn (&start, argv, claim, options, error))
    return NULL;
  client_fd = vz_stream_connect (monitor_path, error);
  /* Now only QEMU has the listening socket, so the connection ends when QEMU dies. */
  close_fds (&start);
  if (client_fd < 0)
    return abandon (&start, g_steal_pointer (&self), error);
  self->client = vz_qmp_client_new (client_fd, &vz_engine_callbacks, self);
  if (!vz_qmp_client_negotiate (self->client, NEGOTIATE_TIMEOUT_MS, cancellable, error) ||
      !vz_engine_ask_status (self, cancellable, error))
    return abandon (&start, g_steal_pointer (&self), error);
  vz_owner_follow_all (self->state_dir); /* logs created by QEMU */
  if (!options->incoming)
    vz_engine_let_live (self);
  return g_steal_pointer (&self);
}
