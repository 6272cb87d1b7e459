/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/image/install-source.h"

G_BEGIN_DECLS

/* `vz install --dry-run`: says what would be fetched, from where, how it would be verified, and
 * what it takes; then refuses what an installation would refuse. From a server, only the directory
 * of a restore image is fetched. */
gboolean install_plan_show (InstallSource *source, VzTool *tool, VzBundleInstaller *installer,
                            const char *path, GError **error);

G_END_DECLS
