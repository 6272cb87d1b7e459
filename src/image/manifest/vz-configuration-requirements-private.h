/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-build-manifest.h"
#include "image/manifest/vz-configuration-requirements.h"

G_BEGIN_DECLS

/* An identity's requirements for a virtual machine. */
VzConfigurationRequirements *vz_configuration_requirements_new (const VzBuildIdentity *identity);

G_END_DECLS
