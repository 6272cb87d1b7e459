/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-build-identity.h"

G_BEGIN_DECLS

/* Empty; whoever makes it fills it before anybody else sees it. */
VzBuildIdentity *vz_build_identity_new (void);

G_END_DECLS
