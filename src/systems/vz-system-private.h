/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-system.h"

G_BEGIN_DECLS

/* All zeros, to be filled in by the creator before any other code sees it. */
VzSystem *vz_system_new (void);

/* The last part of a path or an address, as a file name. */
char *vz_system_dup_file_name (const char *location);

/* The first of the keyrings that this host has; NULL: none. */
const char *vz_system_find_keyring (const VzSystem *self);

/* The source name used for all systems of osinfo-db. */
#define VZ_SYSTEM_SOURCE_OSINFO "osinfo-db"

G_END_DECLS
