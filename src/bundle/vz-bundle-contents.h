/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle-private.h"

G_BEGIN_DECLS

/* A file of a bundle, as it was when opened: a file renamed over it later does not count. */
typedef struct {
  char *name;
  int fd;
  guint64 size;
  guint64 data; /* bytes, without holes */
  gint64 modified; /* nanoseconds since 1970 */
} VzBundleFile;

void vz_bundle_file_free (gpointer file);

/* Opens @path, which is called @name in a bundle; INVALID_BUNDLE if it is not a regular file. */
VzBundleFile *vz_bundle_file_open (const char *path, const char *name, GError **error);

/* Gives the new bundle @clone these files, of VzBundleFile: with shared blocks where the file
 * system can. Free space is checked first. @copy may be NULL. */
gboolean vz_bundle_copy_files (VzBundle *clone, GPtrArray *files, const VzBundleCopy *copy,
                               VzProgress *progress, GCancellable *cancellable, GError **error);

/* A file that another process is currently writing, or has left behind. */
gboolean vz_bundle_is_passing_file (const char *name);

/* All files of a bundle except those left out; of VzBundleFile. INVALID_BUNDLE if one is not a
 * regular file. */
GPtrArray *vz_bundle_open_files (VzBundle *self, gboolean (*is_left_out) (const char *name),
                                 GError **error);

G_END_DECLS
