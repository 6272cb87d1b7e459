/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The content at an http or https address, at most @limit bytes. NOT_FOUND when the server says so
 * (403, 404, 410), NETWORK_ERROR for the rest. */
GBytes *vz_http_get (const char *url, gsize limit, GCancellable *cancellable, GError **error);

G_END_DECLS
