/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Apple's licence for macOS (section 2B iii) allows it only in virtual machines on Macs, two at a
 * time. Linux runs on Macs; the device tree says what the hardware is. */

#define VZ_APPLE_MACHINES_MAX 2

/* Whether this host is Apple's hardware, or its user has stated that the licence permits it;
 * otherwise NOT_SUPPORTED. */
gboolean vz_apple_licence_check (GError **error);

/* Records the user's statement permanently, in a configuration file of the user. */
gboolean vz_apple_licence_accept (GError **error);

/* Whether the device tree's `compatible`, a list of NUL-terminated strings, names Apple. */
gboolean vz_apple_licence_is_hardware (const char *compatible, gsize size);

G_END_DECLS
