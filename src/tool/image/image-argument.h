/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* IMAGE on a command line: an http or https address; a file, if it exists or the text looks like a
 * path; otherwise a catalog's name for it: "debian", "macos", "macos@15.5", "24F74". */
typedef struct {
  char *location; /* owned: a path, or an address: http, https or compose */
  VzCatalogEntry *entry; /* owned: the catalog's entry for it; NULL for a path or an address */
} ImageArgument;

void image_argument_clear (ImageArgument *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ImageArgument, image_argument_clear)

/* Only looks up a name, in the catalog at @catalog (a path or an address; NULL: all configured
 * ones), and says what the user should know about that. Does not examine a file. NOT_FOUND if no
 * catalog has the name. */
gboolean image_argument_resolve (VzTool *tool, const char *text, const char *catalog,
                                 ImageArgument *ret_image, GError **error);

/* Whether it is a file on this host, existing or not. */
gboolean image_argument_is_local (const ImageArgument *self);

/* What is known about it: the catalog's entry if it is from one, else its contents. */
VzRestoreImage *image_argument_describe (const ImageArgument *self, GCancellable *cancellable,
                                         GError **error);

/* Its contents, read over the network if it is not local; if it has yet to be composed, the
 * catalog's entry. */
VzRestoreImage *image_argument_open (const ImageArgument *self, GCancellable *cancellable,
                                     GError **error);

/* Loads a catalog, or all configured ones if @location is NULL, with what may be called @name (may
 * be NULL); says what the user should know about that. */
VzCatalog *tool_load_catalog (VzTool *tool, const char *location, const char *name, GError **error);

G_END_DECLS
