/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The paths of the files "*.conf" in @folder ("catalogs.d") of three directories, in ascending
 * priority: vz's own, the system's, the user's. A file hides files of the same name in earlier
 * directories. The paths are sorted by name, regardless of directory. */
GStrv vz_configuration_files_list (const char *folder);

G_END_DECLS
