/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <sys/file.h>, as a Mac has it. */
#ifndef SDK_FILE_H
#define SDK_FILE_H
#define LOCK_EX 2
#define LOCK_NB 4
int flock (int fd, int operation);
#endif
