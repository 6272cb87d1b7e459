/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* One end of `vz copy`: a file on this host, or `[BUNDLE]:PATH` in a guest. */
typedef struct {
  gboolean in_guest;
  char *bundle; /* as given; NULL for the default one */
  char *path;
} CopyPlace;

/* INVALID_ARGUMENT for a path in the guest that is not absolute, or for nothing at all. */
gboolean copy_place_parse (const char *text, CopyPlace *ret_place, GError **error);
void copy_place_clear (CopyPlace *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CopyPlace, copy_place_clear)

/* The last part of the path, for use in a folder. INVALID_ARGUMENT if it has none, as in "..". */
char *copy_place_dup_name (const CopyPlace *self, GError **error);

G_END_DECLS
