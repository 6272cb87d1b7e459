/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-build-identity.h"

G_BEGIN_DECLS

/* Empty; its creator fills it before any other code sees it. */
VzBuildIdentity *vz_build_identity_new (void);

G_END_DECLS
