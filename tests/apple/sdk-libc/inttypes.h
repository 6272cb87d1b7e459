/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <inttypes.h>, as a Mac has it. */
#ifndef SDK_INTTYPES_H
#define SDK_INTTYPES_H
#include <stdint.h>
#define PRId64 "lld"
#define SCNd64 "lld"
#endif
