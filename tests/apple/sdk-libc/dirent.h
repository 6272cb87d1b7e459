/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <dirent.h>, as a Mac has it. */
#ifndef SDK_DIRENT_H
#define SDK_DIRENT_H
typedef struct __DIR DIR;
struct dirent {
  char d_name[1024];
};
int closedir (DIR *dir);
DIR *opendir (const char *path);
struct dirent *readdir (DIR *dir);
#endif
