/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Checks that @text is the content of tests/golden/@name. VZ_RENEW_GOLDEN=1 in the environment
 * rewrites that; then look at the diff before you commit it. */
void golden_assert (const char *name, const char *text);
