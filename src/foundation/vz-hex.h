/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two lower-case digits per byte. */
char *vz_hex_encode (const guint8 *data, gsize size);

/* The bytes of an even number of digits in either case; NULL for anything else. */
GBytes *vz_hex_decode (const char *text);

G_END_DECLS
