/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The keys that Debian's archive is signed with. */
#define VZ_DEBIAN_KEYRING "/usr/share/keyrings/debian-archive-keyring.gpg"

/* "x86_64" -> "amd64"; NULL for what vz has no board for. */
const char *vz_debian_architecture (const char *architecture);

/* All that is missing for composing a guest of that architecture, as one NOT_SUPPORTED. */
gboolean vz_compose_host_check (const char *architecture, GError **error);

/* The text of /etc/subuid or /etc/subgid has at least 65535 numbers for the user. */
gboolean vz_subid_text_has_range (const char *text, const char *user, guint uid);

G_END_DECLS
