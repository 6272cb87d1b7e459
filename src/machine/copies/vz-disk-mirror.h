/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"
#include "machine/vz-virtual-machine.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* Copies of the disks in a bundle that QEMU makes while the guest runs. Disks elsewhere belong only
 * to the configuration that names them, and read-only disks do not change. */
typedef struct _VzDiskMirror VzDiskMirror;

/* Ends what a killed command has left in QEMU. All arguments are borrowed. NULL if QEMU does not
 * say which disks it has. */
VzDiskMirror *vz_disk_mirror_new (VzVirtualMachine *machine, VzEngine *engine, VzBundle *bundle,
                                  GError **error);
/* Ends the copying; unfinished copies are useless. */
void vz_disk_mirror_free (VzDiskMirror *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzDiskMirror, vz_disk_mirror_free)

/* Whether the bundle's file @name is one of the disks. */
gboolean vz_disk_mirror_has (VzDiskMirror *self, const char *name);

/* Bytes that all copies take up, not counting holes. */
gboolean vz_disk_mirror_measure (VzDiskMirror *self, guint64 *ret_bytes, GError **error);

/* Starts copying every disk to the file that @open_target returns for it: empty, open for reading
 * and writing, closed here. -1 means failure. */
typedef int (*VzDiskMirrorTarget) (const char *name, gpointer user_data, GError **error);
gboolean vz_disk_mirror_start (VzDiskMirror *self, VzDiskMirrorTarget open_target,
                               gpointer user_data, GCancellable *cancellable, GError **error);

/* Waits until the copies are complete; from then on they follow what the guest writes. */
gboolean vz_disk_mirror_wait (VzDiskMirror *self, VzProgress *progress, GCancellable *cancellable,
                              GError **error);

/* Leaves copies of the disks as they are now. */
gboolean vz_disk_mirror_finish (VzDiskMirror *self, GError **error);

G_END_DECLS
