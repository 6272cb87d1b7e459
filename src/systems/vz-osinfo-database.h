/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <osinfo/osinfo.h>

G_BEGIN_DECLS

/* osinfo-db, with what this user or this host has imported into it; half a second. What cannot be
 * read is told in @notes (nullable). */
OsinfoLoader *vz_osinfo_database_load (GStrvBuilder *notes);

/* Adds what vz itself knows of systems that came after a database (data/osinfo). */
void vz_osinfo_database_add_own (OsinfoLoader *loader);

/* Between the two this thread calls what libosinfo 1.10 loses memory in: the leak checker does not
 * count it. A suppression would not find it, as only GLib is in the stack that the checker sees. */
void vz_osinfo_begin_leaks (void);
void vz_osinfo_end_leaks (void);

G_END_DECLS
