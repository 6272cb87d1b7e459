/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The paths of the files "*.conf" in @folder ("catalogs.d") of three directories, the last of which
 * counts most: vz's own, the system's, the user's. A file hides those of the same name in earlier
 * directories. The order of the names, whatever their directories, is the order of the paths. */
GStrv vz_configuration_files_list (const char *folder);

G_END_DECLS
