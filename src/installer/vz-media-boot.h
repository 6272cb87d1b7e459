/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "machine/vz-virtual-machine.h"
#include "qemu/arguments/vz-kernel-boot.h"

G_BEGIN_DECLS

/* A machine that boots from an installer's CD until its disk has a system. */
typedef struct {
  VzVirtualMachine *machine; /* owned */
  GCancellable *restarted; /* owned: cancelled when the guest restarts, which ends a wait */
  char *disk; /* owned: path of the machine's disk */
  char *log; /* owned: of its serial line */
  gboolean is_unattended; /* nobody is there to notice that the installer waits for an answer */
} VzMediaBoot;

void vz_media_boot_clear (VzMediaBoot *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzMediaBoot, vz_media_boot_clear)

/* Creates the bundle's machine with the image @iso plugged in as a read-only USB disk, which is not
 * saved. */
gboolean vz_media_boot_prepare (VzMediaBoot *self, VzBundle *bundle, const char *iso,
                                GError **error);

/* Makes the machine boot only this kernel, which is borrowed permanently and is on the medium;
 * nobody sees what the installer does, so it must not stall for an hour. */
void vz_media_boot_set_unattended (VzMediaBoot *self, const VzKernelBoot *boot);

/* Starts the machine unless it is running, and waits until the guest has restarted or switched
 * itself off and its disk is bootable; the machine is always off afterwards. INSTALLATION_FAILED if
 * it switched itself off before that; TIMED_OUT if an unattended one makes no progress; or an error
 * of the machine or its disk. */
gboolean vz_media_boot_run (VzMediaBoot *self, GCancellable *cancellable, GError **error);

G_END_DECLS
