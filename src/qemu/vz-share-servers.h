/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-shared-directory.h"
#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* The processes that serve a machine's folders by virtio-fs, one for each. Each ends when QEMU
 * closes its connection, so with QEMU at the latest, and outlives this object otherwise. */
typedef struct _VzShareServers VzShareServers;

/* NULL where nothing is shared, or where QEMU has to serve it itself, by 9P. */
VzShareServers *vz_share_servers_new (VzVirtualMachineConfiguration *configuration,
                                      const char *runtime_dir, const char *state_dir);
void vz_share_servers_free (VzShareServers *self);

/* Starts one. The end of its connection for QEMU, which the caller closes; -1 with @error. */
int vz_share_servers_start (VzShareServers *self, VzSharedDirectory *directory, GError **error);

/* Puts into @error, an error of QEMU's start, what a server that has ended says about it. */
void vz_share_servers_explain (VzShareServers *self, GError **error);

G_END_DECLS
