/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

/* Lets the guest play on the host's speakers: by the sound device that it has, or one more. */
void sound_share (VzVirtualMachineConfiguration *configuration);
