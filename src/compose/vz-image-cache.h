/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Composed images, kept for reuse, and what has been fetched of images to be installed:
 * $XDG_CACHE_HOME/vz/images. */

#define VZ_IMAGE_CACHE "images"
#define VZ_IMAGE_CACHE_DAYS 30
#define VZ_IMAGE_CACHE_KEEP 3
#define VZ_IMAGE_CACHE_BUDGET (4 * G_GUINT64_CONSTANT (1073741824))

/* An entry's name. @request: hex digits for the request and the recipe; @time, @state: of the
 * archive. */
char *vz_image_cache_dup_name (const char *label, const char *request, gint64 time,
                               const char *state);

/* The path of the entry if it exists, otherwise NULL. Marks it as used. */
char *vz_image_cache_lookup (const char *directory, const char *name);

/* The newest entry for the request, whatever the archive's state; NULL if there is none. Marks it
 * as used. */
char *vz_image_cache_lookup_newest (const char *directory, const char *label, const char *request);

/* The path of an address's unfinished file; its sidecar has the same name plus ".state". */
char *vz_image_cache_dup_part_path (const char *directory, const char *url);

/* Waits until no one else is composing the same request; the lock ends with the descriptor. -1 on
 * error. */
int vz_image_cache_lock (const char *directory, const char *label, const char *request,
                         GCancellable *cancellable, GError **error);

/* Removes entries, including unfinished ones, that have not been used for VZ_IMAGE_CACHE_DAYS; and,
 * while all together are larger than @budget, the one unused for longest, but never one of the
 * VZ_IMAGE_CACHE_KEEP last used. An entry used in the last hour stays, since another process may be
 * copying or fetching it. @now: seconds since the epoch. */
void vz_image_cache_prune (const char *directory, gint64 now, guint64 budget);

G_END_DECLS
