/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <stdlib.h>, as a Mac has it. */
#ifndef SDK_STDLIB_H
#define SDK_STDLIB_H
void exit (int status) __attribute__ ((noreturn));
char *getenv (const char *name);
long long strtoll (const char *text, char **end, int base);
#endif
