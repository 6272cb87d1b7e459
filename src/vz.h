/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The one header that programs include. */

#include "foundation/vz-error.h"
#include "foundation/vz-macros.h"
#include "foundation/vz-progress.h"

#include "vz-enum-types.h"
