/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* A file in which a machine keeps its data: a disk, or its firmware's variables. */
typedef struct {
  char *path;
  gboolean is_written; /* by the guest */
  gboolean is_disk; /* QEMU lets nobody else write to it; it does not guard variables like this */
} VzMachineFile;

/* Of VzMachineFile. */
GPtrArray *vz_machine_files_list (VzVirtualMachineConfiguration *configuration);
/* Whether no other use of its files prevents the machine from starting: BUSY names who else uses
 * one of them. An @ephemeral machine does not write to any. */
gboolean vz_machine_files_check_users (VzVirtualMachineConfiguration *configuration,
                                       gboolean ephemeral, GError **error);

/* The same for the files of a bundle at rest: those whose names do not begin with a dot, opened for
 * reading or, for the disk and the variables, for writing. */
gboolean vz_bundle_files_check_users (const char *directory, gboolean for_writing, GError **error);

G_END_DECLS
