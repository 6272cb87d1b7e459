/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* A user's settings for programs and files of this host: from the environment, else from the group
 * [mac] of `vz.conf` in $XDG_CONFIG_HOME/vz, else from that of /etc/vz. */

/* *@ret_value: an absolute path, or NULL if it is set nowhere. @variable is in the environment,
 * @key in the file. FALSE with INVALID_ARGUMENT if the file is malformed or the path is relative,
 * or IO. */
gboolean vz_user_settings_get_path (const char *variable, const char *key, char **ret_value,
                                    GError **error);

/* The path of a user's file in $XDG_CONFIG_HOME/vz, which need not exist. */
char *vz_user_settings_dup_path (const char *name);

G_END_DECLS
