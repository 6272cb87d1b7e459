/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "compose/vz-distribution.h"
#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* "x86_64" -> "amd64"; NULL for architectures without a board in vz. */
const char *vz_debian_architecture (const char *architecture);

/* Everything that is missing for composing a guest of that architecture, as one NOT_SUPPORTED.
 * Tries things out, which may take half a minute. */
gboolean vz_compose_host_check (const VzDistribution *distribution, const char *architecture,
                                GCancellable *cancellable, GError **error);

/* Whether the text of /etc/subuid or /etc/subgid grants the user at least 65535 numbers. */
gboolean vz_subid_text_has_range (const char *text, const char *user, guint uid);

/* The first of 65536 numbers from 100000 on that the text of such a file grants to nobody and that
 * do not include @uid; 0 if there are none. */
guint64 vz_subid_text_find_free (const char *text, guint uid);

G_END_DECLS
