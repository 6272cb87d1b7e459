/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a GTK 3 program includes besides vz.h. */
#include "vz-virtual-machine-view.h"
