/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-fixture.h"

#define FRAMES_PROTOCOL 0x88b5 /* for experiments: of the frames that the guest sends and hears */

/* A frame from the guest's eth0 to the other end of the cable, the socket @fd, and one back. */
void frames_exchange (Guest *guest, int fd);
