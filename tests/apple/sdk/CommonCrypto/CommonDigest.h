/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of Apple's <CommonCrypto/CommonDigest.h>. */
#ifndef SDK_COMMON_DIGEST_H
#define SDK_COMMON_DIGEST_H
#include <stdint.h>
#define CC_SHA256_DIGEST_LENGTH 32
unsigned char *CC_SHA256 (const void *data, uint32_t length, unsigned char *digest);
#endif
