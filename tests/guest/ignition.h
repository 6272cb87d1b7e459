/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Does what the kernel's option ignition= says; see ignition.c. */
void ignition_start (int out);
/* "ignition": shows the configuration that this machine has, whole; 0: it has none. */
int ignition_show (int out);
