/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The kernel's setting that forbids namespaces to this user, and how to change it, as in "as root:
 * sysctl ..."; NULL where no setting does. @settings: the folder "/proc/sys". Static. */
const char *vz_namespaces_find_remedy (const char *settings, gboolean is_root);

G_END_DECLS
