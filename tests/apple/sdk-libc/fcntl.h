/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <fcntl.h>, as a Mac has it. */
#ifndef SDK_FCNTL_H
#define SDK_FCNTL_H
#include <sys/types.h>
#define O_RDONLY 0x0000
#define O_WRONLY 0x0001
#define O_RDWR 0x0002
#define O_NOFOLLOW 0x00000100
#define O_CREAT 0x00000200
#define O_TRUNC 0x00000400
#define O_EXCL 0x00000800
#define O_DIRECTORY 0x00100000
#define O_CLOEXEC 0x01000000
int open (const char *path, int flags, ...);
#endif
