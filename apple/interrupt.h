/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ctrl-C, and being told to end. */

#ifndef APPLE_INTERRUPT_H
#define APPLE_INTERRUPT_H

#include <dispatch/dispatch.h>
#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP do not end the program: @handler runs on @queue. */
void interrupt_watch (dispatch_queue_t queue, void (^handler) (void));

/* The same for a program that waits: the functions below tell. */
void interrupt_note (void);
bool was_interrupted (void);

/* Waits for @done. False if the program was interrupted meanwhile; @done may come later then. */
bool wait_for (dispatch_semaphore_t done);

/* Waits for at most @seconds, interrupted or not. Whether @done came. */
bool wait_at_most (dispatch_semaphore_t done, int seconds);

#endif
