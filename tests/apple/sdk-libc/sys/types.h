/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <sys/types.h>, as a Mac has it. */
#ifndef SDK_TYPES_H
#define SDK_TYPES_H
#include <stddef.h>
#include <stdint.h>
typedef int64_t off_t;
typedef long ssize_t;
typedef uint16_t mode_t;
#endif
