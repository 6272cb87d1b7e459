/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a program with GTK 3 includes of vz beyond vz.h. */
#include "vz-virtual-machine-view.h"
