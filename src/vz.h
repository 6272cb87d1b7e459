/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The one header that programs include. */

#include "configuration/vz-generic-hardware-model.h"
#include "configuration/vz-generic-machine-identifier.h"
#include "configuration/vz-hardware-model.h"
#include "configuration/vz-mac-address.h"
#include "configuration/vz-mac-hardware-model.h"
#include "configuration/vz-mac-machine-identifier.h"
#include "configuration/vz-machine-identifier.h"
#include "foundation/vz-error.h"
#include "foundation/vz-macros.h"
#include "foundation/vz-progress.h"
#include "restore/vz-component.h"
#include "restore/vz-configuration-requirements.h"
#include "restore/vz-restore-image.h"

#include "vz-enum-types.h"
