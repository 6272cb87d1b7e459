/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* A file that a machine keeps what it knows in: a disk, or its firmware's variables. */
typedef struct {
  char *path;
  gboolean is_written; /* by the guest */
} VzMachineFile;

/* Of VzMachineFile. */
GPtrArray *vz_machine_files_list (VzVirtualMachineConfiguration *configuration);

G_END_DECLS
