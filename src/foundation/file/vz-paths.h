/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Where vz's own files are. In a build folder, the environment says so (VZ_DATADIR,
 * VZ_LIBEXECDIR). */

/* "/usr/share/vz", whether it exists or not. Do not free. */
const char *vz_get_data_directory (void);

/* "/etc/vz", or the value of VZ_SYSCONFDIR; whether it exists or not. Do not free. */
const char *vz_get_system_configuration_directory (void);

/* "compose" -> "/usr/share/vz/compose"; NOT_FOUND if it does not exist. */
char *vz_find_data (const char *name, GError **error);

/* "vz-guard" -> "/usr/libexec/vz/vz-guard"; NOT_FOUND if it does not exist. */
char *vz_find_helper (const char *name, GError **error);

/* "$XDG_CACHE_HOME/vz/NAME", created with mode 0700 if it does not exist. */
char *vz_make_cache_directory (const char *name, GError **error);

G_END_DECLS
