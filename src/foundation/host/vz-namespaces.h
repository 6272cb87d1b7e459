/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The kernel setting that forbids namespaces to this user, and how to change it, as in "as root:
 * sysctl ..."; NULL if no setting does. Static. */
const char *vz_namespaces_find_remedy (void);
/* The same for settings elsewhere than /proc/sys, for root or for any other user. */
const char *vz_namespaces_find_remedy_in (const char *settings, gboolean is_root);

G_END_DECLS
