/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-network-device-configuration.h"
#include "machine/vz-machine-core.h"
#include "machine/vz-nbd-watch.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

struct _VzVirtualMachine {
  GObject parent_instance;

  VzVirtualMachineConfiguration *configuration;
  VzMachineCore *core;
  VzGuestAgent *agent; /* created on first use */
  GMutex agent_lock;
  gint kill_on_exit;
  gint ephemeral;
  gint keeps_network_attachments;
  const VzKernelBoot *kernel_boot; /* not owned; NULL: its boot loader decides what is started */
  const VzFirmwareFile *firmware_file; /* not owned; may be NULL */
  VzNbdWatch *nbd_watch; /* NULL: no disk is on an NBD server */
  GPtrArray *network_devices; /* of VzNetworkDevice */
};

/* The current run; NULL with INVALID_VIRTUAL_MACHINE_STATE if the machine is not running. */
VzEngine *vz_virtual_machine_get_running_engine (VzVirtualMachine *self, GError **error);
/* The same for what wants the guest's file systems to be whole on the disk: also refused when the
 * guest is paused, and cannot be asked for that. */
/* After waiting for the guest's agent, so that nothing is copied in vain. */
VzEngine *vz_virtual_machine_get_freezable_engine (VzVirtualMachine *self,
                                                   GCancellable *cancellable, GError **error);
/* The identifier of a generic machine, or NULL. */
VzMachineIdentifier *vz_virtual_machine_get_identifier (VzVirtualMachine *self);
/* Where the machine's sockets are or will be once it runs; where its logs are. NULL if there is no
 * such directory. */
char *vz_virtual_machine_dup_runtime_dir (VzVirtualMachine *self, GError **error);
char *vz_virtual_machine_dup_state_dir (VzVirtualMachine *self);
/* vz_virtual_machine_dup_pause_error(), and whether the disk is on a server; may be NULL. */
GError *vz_virtual_machine_find_pause_error (VzVirtualMachine *self, gboolean *ret_on_server,
                                             GCancellable *cancellable);
/* @error of the disk that QEMU calls @name, with what a user should know. */
GError *vz_virtual_machine_name_disk_error (VzVirtualMachine *self, const char *name,
                                            const GError *error);
/* For a run that has ended: a note left by a killed program says nothing about the next one. */
void vz_virtual_machine_forget_pauses (VzVirtualMachine *self);
/* vz_virtual_machine_start() with VzEngineOptions.kernel_options. */
gboolean vz_virtual_machine_start_with_kernel_options (VzVirtualMachine *self,
                                                       const char *kernel_options,
                                                       GCancellable *cancellable, GError **error);

G_END_DECLS
