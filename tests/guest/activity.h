/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What goes on in the guest while it runs: a counter, a TCP connection, a guest agent. All of it
 * runs in processes of its own, and is looked at through memory that they share. */
typedef struct {
  volatile unsigned long count; /* goes up a hundred times a second */
  volatile unsigned long round_trips; /* of a byte over one TCP connection */
  volatile int connection_lost;
  volatile int writing; /* a file is being written */
  volatile int written; /* 1: it is, -1: it could not be */
} Activity;

extern Activity *activity;

void activity_start (void);
/* Writes @megabytes to a file on the mounted disk, in a process of its own. */
void activity_write_file (unsigned long megabytes);
/* Keeps @megabytes of memory, filled like that of a busy machine: half of it compresses. */
int activity_fill_memory (unsigned long megabytes);
