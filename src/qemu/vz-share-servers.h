/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-shared-directory.h"
#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* The processes that serve a machine's folders by virtio-fs, one each. Each ends when QEMU closes
 * its connection, so with QEMU at the latest, and may outlive this object. */
typedef struct _VzShareServers VzShareServers;

/* NULL if nothing is shared, or if QEMU must serve it itself, by 9P. */
VzShareServers *vz_share_servers_new (VzVirtualMachineConfiguration *configuration,
                                      const char *runtime_dir, const char *state_dir);
void vz_share_servers_free (VzShareServers *self);

/* Starts one. Returns QEMU's end of its connection, which the caller closes; -1 with @error. */
int vz_share_servers_start (VzShareServers *self, VzSharedDirectory *directory, GError **error);

/* Adds to @error, from QEMU's start, what a server that has ended says about it. */
void vz_share_servers_explain (VzShareServers *self, GError **error);

G_END_DECLS
