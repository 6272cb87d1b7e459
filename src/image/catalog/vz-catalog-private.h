/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog.h"

G_BEGIN_DECLS

/* Takes ownership of both: entries as from vz_catalog_read(), and notes for the user. */
VzCatalog *vz_catalog_new (GPtrArray *entries, GStrv notes);

G_END_DECLS
