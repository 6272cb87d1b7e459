/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* The user and group in vz's guests that own shared folders. */
#define VZ_GUEST_USER 1000

/* The IDs that a process sees for the users and groups of the host: a user namespace. */
typedef struct {
  char users[128]; /* lines of /proc/PID/uid_map */
  char groups[128];
  gboolean is_whole; /* every ID is mapped; otherwise all but the caller's own are nobody's */
} VzIdMap;

/* The mapping by which the guest's user owns what @owner owns on the host. FALSE: no mapping
 * needed. Root maps any owner; other users map only themselves, whoever @owner is. */
gboolean vz_id_map_init (VzIdMap *self, uid_t owner, gid_t group);

/* For the folders that a machine shares; the first one's owner counts. Also FALSE if the host does
 * not permit it, or if root's guest has a port below 1024, which needs what root would lose. */
gboolean vz_id_map_choose (VzIdMap *self, VzVirtualMachineConfiguration *configuration);

/* Enters it permanently. Between fork and exec: calls only async-signal-safe functions. 0, or
 * errno. */
int vz_id_map_enter (const VzIdMap *self);

/* Whether this host permits it, as tried by a child. Otherwise VZ_ERROR_NOT_SUPPORTED with the
 * cause. */
gboolean vz_id_map_check (const VzIdMap *self, GError **error);

G_END_DECLS
