/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <errno.h>, as a Mac has it. */
#ifndef SDK_ERRNO_H
#define SDK_ERRNO_H
int *__error (void);
#define errno (*__error ())
#define ENOENT 2
#define EINTR 4
#define EEXIST 17
#define ENOSPC 28
#define EAGAIN 35
#define EWOULDBLOCK EAGAIN
#endif
