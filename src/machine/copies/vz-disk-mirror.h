/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"
#include "machine/vz-virtual-machine.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* Copies of the disks in a bundle that QEMU makes while the guest runs. Disks elsewhere belong to
 * nobody but the configuration that names them, and those that are read only change for nobody. */
typedef struct _VzDiskMirror VzDiskMirror;

/* Ends what a command that was killed has left in QEMU. All arguments are borrowed. NULL when QEMU
 * does not say which disks it has. */
VzDiskMirror *vz_disk_mirror_new (VzVirtualMachine *machine, VzEngine *engine, VzBundle *bundle,
                                  GError **error);
/* Ends the copying; copies that are not finished are of no use. */
void vz_disk_mirror_free (VzDiskMirror *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzDiskMirror, vz_disk_mirror_free)

/* Whether the bundle's file @name is one of the disks. */
gboolean vz_disk_mirror_has (VzDiskMirror *self, const char *name);

/* Bytes that all copies take, holes not counted. */
gboolean vz_disk_mirror_measure (VzDiskMirror *self, guint64 *ret_bytes, GError **error);

/* Begins to copy every disk to the file that @open_target gives for it, empty and open for reading
 * and writing. It is closed here. -1 fails. */
typedef int (*VzDiskMirrorTarget) (const char *name, gpointer user_data, GError **error);
gboolean vz_disk_mirror_start (VzDiskMirror *self, VzDiskMirrorTarget open_target,
                               gpointer user_data, GCancellable *cancellable, GError **error);

/* Waits until the copies are complete; they then follow what the guest writes. */
gboolean vz_disk_mirror_wait (VzDiskMirror *self, VzProgress *progress, GCancellable *cancellable,
                              GError **error);

/* Leaves copies of the disks as they are now. */
gboolean vz_disk_mirror_finish (VzDiskMirror *self, GError **error);

G_END_DECLS
