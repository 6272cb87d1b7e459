/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-network-device-attachment.h"
#include "configuration/network/vz-published-port.h"
#include "configuration/sharing/vz-shared-directory.h"
#include "configuration/storage/vz-disk-block-device-storage-device-attachment.h"
#include "configuration/storage/vz-network-block-device-storage-device-attachment.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "configuration/usb/vz-usb-ports.h"
#include "configuration/vz-virtual-machine-configuration.h"
#include "foundation/host/vz-firmware.h"
#include "foundation/host/vz-vmapple.h"
#include "qemu/arguments/vz-command-line.h"
#include "qemu/arguments/vz-firmware-file.h"
#include "qemu/arguments/vz-kernel-boot.h"
#include "qemu/vz-audio-host.h"
#include "qemu/vz-overlay.h"

G_BEGIN_DECLS

/* What the command line depends on besides the configuration. Tests supply their own, so that the
 * golden command lines hold on every host. */
typedef struct {
  VzVirtualMachineConfiguration *configuration;
  const char *binary;
  VzAccelerator accelerator; /* KVM or TCG */
  const VzFirmware *firmware; /* NULL without an EFI boot loader */
  const VzVmapple *vmapple; /* NULL unless the machine is a Mac */
  const char *boot_rom; /* of a Mac */
  const VzAudioHost *audio; /* NULL unless a sound device needs the host's */
  const char *runtime_dir; /* sockets */
  const char *state_dir; /* logs */
  const char *kernel_options; /* may be NULL; see VzEngineOptions */
  const VzKernelBoot *kernel_boot; /* may be NULL */
  const VzFirmwareFile *firmware_file; /* may be NULL */
  const VzOverlay *overlay; /* takes what the guest writes; NULL: its disks do */
  gboolean incoming; /* waits for a saved state */
  gboolean has_io_uring;
  gboolean has_hubs; /* network devices can be attached to something else during the run */
  int monitor_fd; /* listening socket of the owner's monitor */
  /* Creates a socket for a file handle attachment and returns the engine's end. */
  int (*open_handles) (VzSerialPortAttachment *attachment, gpointer user_data, GError **error);
  /* Returns a descriptor for a file handle attachment or one to a bridge. */
  int (*open_network) (VzNetworkDeviceAttachment *attachment, gpointer user_data, GError **error);
  /* Returns a descriptor for a block device of the host. */
  int (*open_block_device) (VzDiskBlockDeviceStorageDeviceAttachment *attachment,
                            gboolean read_only, gpointer user_data, GError **error);
  /* Returns a descriptor for the host's end of a socket device. */
  int (*open_vsock) (gpointer user_data, GError **error);
  /* Returns QEMU's end of a connection to a virtio-fs server; NULL: folders are shared by 9P. */
  int (*open_share) (VzSharedDirectory *directory, gpointer user_data, GError **error);
  gpointer user_data;
  guint32 used_slots; /* of PCI bus 0; initially 0 */
} VzArguments;

#define VZ_NAME_EPHEMERAL "-ephemeral" /* ends the name of a machine whose changes are lost */

/* The arguments to run the configuration with, or NULL with @error. */
GStrv vz_arguments_build (VzArguments *self, GError **error);

/* The architecture of the guest, "x86_64" or "aarch64", and its board; NOT_SUPPORTED for a Mac,
 * whose board is VzVmapple's. */
gboolean vz_arguments_get_board (VzVirtualMachineConfiguration *configuration,
                                 const char **ret_architecture, const char **ret_machine_type,
                                 GError **error);
/* Whether this kernel lets us use io_uring (it may be disabled). */
gboolean vz_arguments_host_has_io_uring (void);

/* All of the above for a Mac. */
gboolean vz_arguments_add_mac (VzArguments *self, VzCommandLine *line, GError **error);

/* Passes the descriptor to QEMU as a file with the returned name. */
char *vz_arguments_add_fd (VzCommandLine *line, int fd);

/* Parts of the above, one file each. */
gboolean vz_arguments_add_storage (VzArguments *self, VzCommandLine *line, GError **error);
/* The node that contains a disk, for the command line or for `blockdev-add`. */
gboolean vz_arguments_set_node (VzOption *node, const char *name,
                                VzStorageDeviceConfiguration *storage, gboolean read_only,
                                gboolean has_io_uring, GError **error);

/* For a disk on an NBD server; NULL: another kind. */
VzNetworkBlockDeviceStorageDeviceAttachment *
vz_arguments_get_nbd (VzStorageDeviceConfiguration *storage);
gboolean vz_arguments_add_nbd (VzArguments *self, VzCommandLine *line, const char *name,
                               VzNetworkBlockDeviceStorageDeviceAttachment *attachment,
                               GError **error);
/* QEMU repeats such a disk's options; this last one is followed by what went wrong. */
#define VZ_NBD_LAST_FIELD "detect-zeroes=unmap"
/* What QEMU logs for each connection, followed by the name of the export in quotes, and for each
 * attempt to restore a lost one, followed by 0 or an error. */
#define VZ_NBD_TRACE_CONNECTED "nbd_client_handshake_success"
#define VZ_NBD_TRACE_ATTEMPT "nbd_reconnect_attempt_result"
/* A folder with a link to this host's certificate authorities, created by the engine. */
char *vz_arguments_dup_host_authorities (const char *runtime_dir);

/* A device of a USB controller, for the command line or for `device_add`; the names of it, of its
 * node, and of the bus of a controller. */
void vz_arguments_set_usb_device (VzOption *device, const char *bus, guint port, const char *uuid);
/* A port that no device of the configuration has; 0: none is free. */
guint vz_arguments_find_usb_port (VzVirtualMachineConfiguration *configuration, guint controller);
/* The node of the disk at @index of vz_virtual_machine_configuration_list_storage(). */
char *vz_arguments_dup_disk_node_name (VzVirtualMachineConfiguration *configuration, guint index);
char *vz_arguments_dup_usb_name (const char *uuid);
char *vz_arguments_dup_usb_node_name (const char *uuid);
char *vz_arguments_dup_usb_bus (guint controller);
/* For network device N: QEMU calls it netN. These are, with a hub in between, its attachment and
 * that one's connection to the hub. */
#define VZ_NETWORK_BACKEND "net%u-backend"
#define VZ_NETWORK_PORT "net%u-port"
#define VZ_PRIVATE_NETWORK_ADDRESS "127.0.0.1"
/* The group address of a private network; the rule that publishes a port. */
char *vz_arguments_dup_private_network (const char *name);
char *vz_arguments_dup_forward (VzPublishedPort *port);
gboolean vz_arguments_add_network (VzArguments *self, VzCommandLine *line, GError **error);
gboolean vz_arguments_add_display_and_input (VzArguments *self, VzCommandLine *line,
                                             GError **error);
/* A port of a console device, and its backend. */
char *vz_arguments_dup_console_port_id (guint device, guint number);
gboolean vz_arguments_add_serial (VzArguments *self, VzCommandLine *line, GError **error);
/* For a board with a single built-in serial line. */
gboolean vz_arguments_add_serial_line (VzArguments *self, VzCommandLine *line, GError **error);
void vz_arguments_add_vnc (VzArguments *self, VzCommandLine *line);
gboolean vz_arguments_add_sharing (VzArguments *self, VzCommandLine *line, GError **error);
gboolean vz_arguments_add_socket (VzArguments *self, VzCommandLine *line, GError **error);
gboolean vz_arguments_add_sound (VzArguments *self, VzCommandLine *line, GError **error);
/* A Mac's devices are placed by QEMU. Otherwise, one of the slots of bus 0, from @first on, so that
 * a device keeps its address (and the guest its interface's name) when devices of other kinds are
 * added or removed. */
gboolean vz_arguments_place (VzArguments *self, VzOption *device, guint first, GError **error);

enum {
  VZ_SLOT_GRAPHICS = 0x01,
  VZ_SLOT_NETWORK = 0x02,
  VZ_SLOT_STORAGE = 0x06,
  VZ_SLOT_USB = 0x0e,
  VZ_SLOT_AGENT = 0x0f,
  VZ_SLOT_OTHER = 0x10, /* entropy, balloon, panic; see count_small_devices () */
  VZ_SLOT_SOUND = 0x13,
  VZ_SLOT_CONSOLE = 0x14,
  VZ_SLOT_SOCKET = 0x17,
  VZ_SLOT_SHARING = 0x18,
};

G_END_DECLS
