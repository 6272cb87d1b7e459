/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-system.h"

G_BEGIN_DECLS

/* What all files of this host describe, in order of their names; an array of VzSystem. Skips a
 * faulty file with a note; also notes a name that two systems have.
 */
GPtrArray *vz_system_files_load (const char *architecture, GStrvBuilder *notes);

G_END_DECLS
