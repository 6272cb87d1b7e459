/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is wrong with auxiliary storage of @size bytes; NULL: nothing, a Mac creates that size. */
char *vz_mac_auxiliary_storage_judge_size (guint64 size);

G_END_DECLS
