/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <sys/stat.h>, as a Mac has it. */
#ifndef SDK_STAT_H
#define SDK_STAT_H
#include <sys/types.h>
struct stat {
  mode_t st_mode;
  off_t st_size;
};
#define S_ISDIR(mode) (((mode) &0170000) == 0040000)
int lstat (const char *path, struct stat *st);
int mkdir (const char *path, mode_t mode);
int stat (const char *path, struct stat *st);
#endif
