/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Whether IMAGE on a command line is a disk image rather than a restore image or a name: decided by
 * the content of a file, otherwise by the end of the name. */
gboolean disk_argument_is_one (const char *text);

/* Whether it is a local CD image (ISO 9660). */
gboolean disk_argument_is_cd (const char *text);

/* Whether it is on a server. */
gboolean disk_argument_is_remote (const char *text);

G_END_DECLS
