/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_bundle_get_takes_ignition (VzBundle *self);

G_END_DECLS
