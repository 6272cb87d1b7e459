/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog.h"

G_BEGIN_DECLS

/* Takes over both: entries as vz_catalog_read() makes them, and what there is to tell. */
VzCatalog *vz_catalog_new (GPtrArray *entries, GStrv notes);

G_END_DECLS
