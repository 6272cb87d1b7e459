/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <unistd.h>, as a Mac has it. */
#ifndef SDK_UNISTD_H
#define SDK_UNISTD_H
#include <sys/types.h>
#define R_OK 4
#define SEEK_SET 0
#define SEEK_END 2
int access (const char *path, int mode);
int close (int fd);
int fsync (int fd);
int ftruncate (int fd, off_t length);
off_t lseek (int fd, off_t offset, int whence);
ssize_t read (int fd, void *bytes, size_t length);
int rename (const char *from, const char *to);
int rmdir (const char *path);
unsigned sleep (unsigned seconds);
int unlink (const char *path);
int unlinkat (int fd, const char *path, int flags);
ssize_t write (int fd, const void *bytes, size_t length);
#endif
