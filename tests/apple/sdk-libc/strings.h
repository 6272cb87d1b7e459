/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <strings.h>, as a Mac has it. */
#ifndef SDK_STRINGS_H
#define SDK_STRINGS_H
#include <stddef.h>
int strncasecmp (const char *a, const char *b, size_t length);
#endif
