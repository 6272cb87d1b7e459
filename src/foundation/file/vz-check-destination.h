/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_check_destination (const char *path, gboolean is_folder, guint64 data, guint64 length,
                               guint64 largest, GError **error);

G_END_DECLS
