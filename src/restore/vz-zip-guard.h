/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The most members that any of the end records in the tail of the file @fd, of @size bytes, claims
 * to have. libzip allocates for as many before it looks at one of them. */
guint64 vz_zip_guard_claimed_members (int fd, guint64 size);

G_END_DECLS
