/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <stdio.h>, as a Mac has it. */
#ifndef SDK_STDIO_H
#define SDK_STDIO_H
#include <stdarg.h>
#include <stddef.h>
typedef struct __sFILE FILE;
extern FILE *__stdinp, *__stdoutp, *__stderrp;
#define stdout __stdoutp
#define stderr __stderrp
#define _IOLBF 1
int fclose (FILE *file);
char *fgets (char *text, int size, FILE *file);
FILE *fopen (const char *path, const char *mode);
int fprintf (FILE *file, const char *format, ...) __attribute__ ((format (printf, 2, 3)));
int printf (const char *format, ...) __attribute__ ((format (printf, 1, 2)));
int setvbuf (FILE *file, char *buffer, int mode, size_t size);
int snprintf (char *text, size_t size, const char *format, ...)
  __attribute__ ((format (printf, 3, 4)));
int sscanf (const char *text, const char *format, ...) __attribute__ ((format (scanf, 2, 3)));
int vsnprintf (char *text, size_t size, const char *format, va_list arguments);
#endif
