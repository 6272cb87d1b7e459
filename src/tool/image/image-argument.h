/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* IMAGE of a command line: an http or https address; a file, if one is there or the text looks like
 * a path; else what a catalog calls it: "debian", "macos", "macos@15.5", "24F74". */
typedef struct {
  char *location; /* owned: a path, or an address: http, https or compose */
  VzCatalogEntry *entry; /* owned: what the catalog says of it; NULL for a path or an address */
} ImageArgument;

void image_argument_clear (ImageArgument *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ImageArgument, image_argument_clear)

/* Only a name is looked up, in the catalog at @catalog (a path or an address; NULL: all that are
 * configured); what the user should know of that is said. A file is not looked at. NOT_FOUND when
 * no catalog has the name. */
gboolean image_argument_resolve (VzTool *tool, const char *text, const char *catalog,
                                 ImageArgument *ret_image, GError **error);

/* Whether it is a file of this host, be it there or not. */
gboolean image_argument_is_local (const ImageArgument *self);

/* What is known of it: of what a catalog names what the catalog says, else what is in it. */
VzRestoreImage *image_argument_describe (const ImageArgument *self, GCancellable *cancellable,
                                         GError **error);

/* What is in it, read over the network where it is not here; of one that is still to be composed,
 * what the catalog says. */
VzRestoreImage *image_argument_open (const ImageArgument *self, GCancellable *cancellable,
                                     GError **error);

/* Loads a catalog, or all that are configured when @location is NULL, with what may be called @name
 * (may be NULL); says what the user should know of that. */
VzCatalog *tool_load_catalog (VzTool *tool, const char *location, const char *name, GError **error);

G_END_DECLS
