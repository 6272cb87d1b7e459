/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <string.h>, as a Mac has it. */
#ifndef SDK_STRING_H
#define SDK_STRING_H
#include <stddef.h>
int memcmp (const void *a, const void *b, size_t length);
void *memcpy (void *to, const void *from, size_t length);
int strcmp (const char *a, const char *b);
size_t strcspn (const char *text, const char *set);
char *strerror (int number);
size_t strlen (const char *text);
int strncmp (const char *a, const char *b, size_t length);
char *strrchr (const char *text, int character);
#endif
