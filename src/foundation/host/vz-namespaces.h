/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The kernel's setting that forbids namespaces to this user, and how to change it, as in "as root:
 * sysctl ..."; NULL where no setting does. Static. */
const char *vz_namespaces_find_remedy (void);
/* The same of other settings than those in /proc/sys, for root or for anybody else. */
const char *vz_namespaces_find_remedy_in (const char *settings, gboolean is_root);

G_END_DECLS
