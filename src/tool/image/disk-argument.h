/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Whether IMAGE of a command line is a disk image rather than a restore image or a name: of a file
 * the content says so, of an address its end. A file that is not there is none. */
gboolean disk_argument_is_one (const char *text);

G_END_DECLS
