/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* @text is what stands in tests/golden/@name. VZ_RENEW_GOLDEN=1 in the environment writes it anew;
 * then look at the difference before you commit it. */
void golden_assert (const char *name, const char *text);
