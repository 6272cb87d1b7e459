/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Compares versions as people read them: "26.10" comes after "26.9", "Mac13,1" before "Mac14,2".
 * Negative, zero or positive as for strcmp(). Runs of digits are numbers of any length, runs of
 * letters are words, and anything between them is ignored. A number comes after a word ("13.1"
 * after "stable"), and a version comes after its own prefix ("15.5.1" after "15.5"). */
int vz_version_compare (const char *a, const char *b);

/* The same for builds such as "24F74". A seed build, which ends in a lower-case letter
 * ("26A5353q"), comes before all others, whatever its number. */
int vz_version_compare_builds (const char *a, const char *b);

G_END_DECLS
