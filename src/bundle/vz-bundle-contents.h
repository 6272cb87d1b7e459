/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle-private.h"

G_BEGIN_DECLS

/* A file of a bundle, as it was opened: a file that gets its name later does not count. */
typedef struct {
  char *name;
  int fd;
  guint64 size;
  guint64 data; /* bytes, without holes */
  gint64 modified; /* nanoseconds since 1970 */
} VzBundleFile;

void vz_bundle_file_free (gpointer file);

/* Opens @path, which in a bundle is called @name; INVALID_BUNDLE when it is not a regular file. */
VzBundleFile *vz_bundle_file_open (const char *path, const char *name, GError **error);

/* Gives the new bundle @clone these files, of VzBundleFile: shared blocks where the file system
 * can. That there is room is looked at before. @copy may be NULL. */
gboolean vz_bundle_copy_files (VzBundle *clone, GPtrArray *files, const VzBundleCopy *copy,
                               VzProgress *progress, GCancellable *cancellable, GError **error);

/* What another process is writing at the moment, or has left behind. */
gboolean vz_bundle_is_passing_file (const char *name);

/* All files of a bundle but those that are left out; of VzBundleFile. INVALID_BUNDLE when one is
 * not a regular file. */
GPtrArray *vz_bundle_open_files (VzBundle *self, gboolean (*is_left_out) (const char *name),
                                 GError **error);

G_END_DECLS
