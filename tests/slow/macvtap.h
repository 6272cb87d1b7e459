/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A macvtap interface of the host, as root: frames both ways, and what is refused. */
void macvtap_add_tests (void);
