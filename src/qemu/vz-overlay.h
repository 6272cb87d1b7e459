/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* The files that receive what an ephemeral machine writes, instead of its own files. They have no
 * name and vanish with the last process that has them open, which is QEMU. */
typedef struct {
  GArray *disks; /* of int, one for each storage device; -1: read-only */
  int variables; /* a copy of the EFI variable store; -1: none */
  char *folder;
} VzOverlay;

/* Creates the files, with qemu-img, in $TMPDIR or /var/tmp. OUT_OF_DISK_SPACE if there is hardly
 * any room, NOT_SUPPORTED without qemu-img. */
VzOverlay *vz_overlay_new (VzVirtualMachineConfiguration *configuration, GError **error);
void vz_overlay_free (VzOverlay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzOverlay, vz_overlay_free)

/* Where overlays are created. */
const char *vz_overlay_get_folder (void);

/* All descriptors, for QEMU to inherit under the same numbers; of int. */
GArray *vz_overlay_list_fds (const VzOverlay *self);

G_END_DECLS
