/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* A descriptor for the host's /dev/vhost-vsock, or -1 with NOT_SUPPORTED and what to do. */
int vz_vsock_open (GError **error);
/* The same for another file. */
int vz_vsock_open_device (const char *path, GError **error);

G_END_DECLS
