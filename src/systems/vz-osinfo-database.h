/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <osinfo/osinfo.h>

G_BEGIN_DECLS

/* osinfo-db, with what this user or host has imported into it; takes half a second. What cannot be
 * read is reported in @notes (nullable). */
OsinfoLoader *vz_osinfo_database_load (GStrvBuilder *notes);

/* Adds what vz itself knows about systems newer than a database (data/osinfo). */
void vz_osinfo_database_add_own (OsinfoLoader *loader);

/* Between the two, this thread makes calls in which libosinfo 1.10 leaks memory: the leak checker
 * ignores it. A suppression would not match, as only GLib is in the stack that the checker sees. */
void vz_osinfo_begin_leaks (void);
void vz_osinfo_end_leaks (void);

G_END_DECLS
