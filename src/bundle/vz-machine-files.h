/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* A file that a machine keeps what it knows in: a disk, or its firmware's variables. */
typedef struct {
  char *path;
  gboolean is_written; /* by the guest */
  gboolean is_disk; /* which QEMU lets nobody else write to; variables it does not guard so */
} VzMachineFile;

/* Of VzMachineFile. */
GPtrArray *vz_machine_files_list (VzVirtualMachineConfiguration *configuration);
/* Whether the machine can be started as far as its files go: BUSY names who else uses one of them.
 * An
 * @ephemeral machine writes to none. */
gboolean vz_machine_files_check_users (VzVirtualMachineConfiguration *configuration,
                                       gboolean ephemeral, GError **error);

/* The same for the files of a bundle that is at rest: those whose names do not begin with a dot,
 * read or, of the disk and the variables, written. */
gboolean vz_bundle_files_check_users (const char *directory, gboolean for_writing, GError **error);

G_END_DECLS
