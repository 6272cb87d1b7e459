/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-system.h"

G_BEGIN_DECLS

/* The systems of osinfo-db, including what this user or host has imported into it, that have a disk
 * image with cloud-init for @architecture; the newest version of each first. Takes half a second.
 * An array of VzSystem; empty with a note if the database cannot be read. */
GPtrArray *vz_system_osinfo_load (const char *architecture, GStrvBuilder *notes);

G_END_DECLS
