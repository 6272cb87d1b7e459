/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-fixture.h"

/* Connects the guest to an interface of the host. */
void bridged_add_device (Guest *guest, const char *interface, const char *mac);
/* Sends a frame from the guest to @wire, an interface of the host, and one back. */
void bridged_exchange (Guest *guest, const char *wire);
