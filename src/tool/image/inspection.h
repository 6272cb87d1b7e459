/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* What `vz image inspect` shows about an image. */
typedef struct {
  VzRestoreImage *image; /* owned */
  GPtrArray *requirements; /* owned, of VzConfigurationRequirements */
  GPtrArray *identities; /* owned, of VzBuildIdentity: those shown */
  guint n_left_out; /* identities not shown */
} Inspection;

/* Takes @image. Unless @all, only shows what is for virtual machines, if anything is. */
void inspection_init (Inspection *self, VzRestoreImage *image, gboolean all);
void inspection_clear (Inspection *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inspection, inspection_clear)

/* The smallest disk that any of the image's boards requires, in bytes; 0: unspecified. */
guint64 inspection_get_disk_size (const Inspection *self);

/* inspection-json.c: one object, as design.md says */
JsonNode *inspection_describe (const Inspection *self);

/* inspection-text.c */
void inspection_print (const Inspection *self);

G_END_DECLS
