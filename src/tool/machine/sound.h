/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

/* Lets the guest play on the host's speakers, through its sound device or an additional one. */
void sound_share (VzVirtualMachineConfiguration *configuration);
