/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-error.h"

/**
 * vz_error_quark:
 *
 * Returns: the quark of %VZ_ERROR
 */

/* Apple's domain string, so that messages and bindings show the name that people know. */
G_DEFINE_QUARK (VZErrorDomain, vz_error)
