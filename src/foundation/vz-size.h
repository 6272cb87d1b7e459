/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_size_parse (const char *text, guint64 *ret_bytes, GError **error);
VZ_PUBLIC
char *vz_size_format (guint64 bytes);

G_END_DECLS
