/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Apple's licence of macOS (section 2B iii) allows it in virtual machines on Macs only, two at a
 * time. Linux runs on Macs, and what the hardware is, its device tree says. */

#define VZ_APPLE_MACHINES_MAX 2

/* Whether this host is Apple's hardware, or its user has said before that the licence lets him;
 * NOT_SUPPORTED otherwise. */
gboolean vz_apple_licence_check (GError **error);

/* The user's word, for good; it is in a file of his configuration. */
gboolean vz_apple_licence_accept (GError **error);

/* The device tree's `compatible`, strings that each end in a NUL, names Apple. */
gboolean vz_apple_licence_is_hardware (const char *compatible, gsize size);

G_END_DECLS
