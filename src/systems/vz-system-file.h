/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-system.h"

G_BEGIN_DECLS

#define VZ_SYSTEM_FILE_MAX (64 * 1024)
#define VZ_SYSTEM_RELEASES_MAX 256 /* of one file */

/* Reads one file of systems, described in docs/systems.md: one system, and its releases in the
 * order in which they appear. Those that are not for @architecture are left out. @path says where
 * the file is from. Returns an array of VzSystem, empty if the file is disabled; INVALID_ARGUMENT
 * names the file, the group and the faulty key. */
GPtrArray *vz_system_file_read (GBytes *bytes, const char *path, const char *architecture,
                                GError **error);

G_END_DECLS
