/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* Before the start: what disks on NBD servers need besides the command line. NOT_SUPPORTED if this
 * host has no certificate authorities. */
gboolean vz_engine_prepare_nbd (VzVirtualMachineConfiguration *configuration,
                                const char *runtime_dir, GError **error);

/* Turns a start error caused by an NBD server into one that names its address, with the code
 * NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED. */
void vz_engine_explain_nbd (VzVirtualMachineConfiguration *configuration, const char *log_path,
                            GError **error);

/* QEMU's log, for reading: of a run started here from its beginning, of another from its end. The
 * caller closes it; -1: it cannot be read. *@ret_path is borrowed. */
int vz_engine_open_log (VzEngine *self, const char **ret_path);

/* Whether it has a disk on an NBD server, even if only in this run. */
gboolean vz_engine_has_nbd (VzEngine *self, gboolean *ret_has, GCancellable *cancellable,
                            GError **error);

G_END_DECLS
