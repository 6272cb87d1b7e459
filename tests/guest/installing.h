/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The guest as an installer on a USB stick: does what the kernel's option install= says, unless
 * that is not there or the disk has a system already. Returns only then. */
void installing_start (int out);
