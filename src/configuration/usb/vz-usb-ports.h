/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define VZ_USB_PORTS 15 /* of a controller: the maximum of QEMU's */
