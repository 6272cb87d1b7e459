/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* The user and the group of vz's guests who owns what is shared with them. */
#define VZ_GUEST_USER 1000

/* Which numbers a process sees for the users and groups of the host: a user namespace. */
typedef struct {
  char users[128]; /* lines of /proc/PID/uid_map */
  char groups[128];
  gboolean is_whole; /* every number has another; else all but the caller's own are nobody's */
} VzIdMap;

/* The mapping that lets the guest's user own what @owner owns on the host. FALSE: nothing needs to
 * be mapped. Root maps any owner; other users map only themselves, whoever @owner is. */
gboolean vz_id_map_init (VzIdMap *self, uid_t owner, gid_t group);

/* For the folders that a machine shares; the owner of the first counts. FALSE also where the
 * host does not let us, or where root's guest has a port below 1024, which needs what root would
 * lose. */
gboolean vz_id_map_choose (VzIdMap *self, VzVirtualMachineConfiguration *configuration);

/* Goes into it for good. Between fork and exec: calls only what is safe there. 0, or errno. */
int vz_id_map_enter (const VzIdMap *self);

/* Whether this host lets us; tried out by a child. Otherwise VZ_ERROR_NOT_SUPPORTED with the
 * cause. */
gboolean vz_id_map_check (const VzIdMap *self, GError **error);

G_END_DECLS
