/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <signal.h>, as a Mac has it. */
#ifndef SDK_SIGNAL_H
#define SDK_SIGNAL_H
#define SIGHUP 1
#define SIGINT 2
#define SIGTERM 15
#define SIG_IGN ((void (*) (int)) 1)
void (*signal (int number, void (*handler) (int))) (int);
#endif
