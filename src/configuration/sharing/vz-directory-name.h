/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name of a host's folder in a guest. */
gboolean vz_is_directory_name (const char *name);
#define VZ_DIRECTORY_NAME_RULE \
  "must be 1 to 255 bytes of UTF-8 without slash or control characters, and not . or .."

G_END_DECLS
