/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-component.h"

G_BEGIN_DECLS

VzComponent *vz_component_new (void);

/* The 32 bytes for chunk @number. */
const guint8 *vz_component_get_chunk_digest (const VzComponent *self, guint32 number);

/* A whole disk, with its own partition table, in chunks. */
gboolean vz_component_is_disk (const VzComponent *self);

G_END_DECLS
