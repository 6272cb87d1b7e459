/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/vz-virtual-machine-configuration.h"
#include "image/vz-restore-image.h"
#include "installer/target/vz-partition-table.h"

G_BEGIN_DECLS

/* What an installation will write, checked before anything is written. */
typedef struct {
  VzRestoreImage *image;
  VzMachineIdentifier *identifier;
  char *disk_path;
  guint64 disk_size; /* bytes */
  VzPartitionTable *table; /* its partitions are the components to restore, in this order; NULL: one
                              component is the whole disk */
  char *whole_disk; /* the name of that component */
  gboolean boots_once; /* the guest takes its settings in a first boot, without an agent */
  char *fingerprint; /* of the content that the disk will have */
  gboolean restored; /* an interrupted installation has already done the restore */
} VzInstallPlan;

/* Loads the image and checks it against the machine, the disk and this host.
 *
 * Errors: those of loading the image; NOT_SUPPORTED for an image that this host cannot install, or
 * a platform that is not ours; INVALID_VIRTUAL_MACHINE_CONFIGURATION with everything that the image
 * requires and the machine lacks; INVALID_DISK_IMAGE; OUT_OF_DISK_SPACE. */
VzInstallPlan *vz_install_plan_new (VzVirtualMachineConfiguration *configuration,
                                    const char *image_path, GCancellable *cancellable,
                                    GError **error);
void vz_install_plan_free (VzInstallPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzInstallPlan, vz_install_plan_free)

/* Partitions the disk, restores all components and flushes them to stable storage, with the machine
 * locked; the disk's previous contents are lost. Does nothing if that is already done. @progress
 * gets its total here; it counts packed bytes. */
gboolean vz_install_plan_restore (VzInstallPlan *self, VzProgress *progress,
                                  GCancellable *cancellable, GError **error);

G_END_DECLS
