/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fills @bytes from the kernel's generator; GLib's own is seeded but not meant for identities,
 * which must differ between machines cloned from one image. @size is at most 256. */
void vz_random_bytes (void *bytes, gsize size);

G_END_DECLS
