/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The application's window with the machine's screen, and its menu. */

#ifndef APPLE_WINDOW_H
#define APPLE_WINDOW_H

#include "virtualization.h"

typedef struct {
  void *context;
  void (*launched) (void *context);
  /* The user quits: whether the application may end now; else window_allow_quit () says so later.
   */
  bool (*should_quit) (void *context);
} WindowEvents;

/* Makes the window and serves it; comes back never, or when the application could not be run. */
void window_run (VZVirtualMachine *machine, const WindowEvents *events);

/* As if the user chose Quit. */
void window_quit (void);
void window_allow_quit (bool allow);

#endif
