/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Hears of what happens to a machine by itself, on the machine's queue. */

#ifndef APPLE_MACHINE_DELEGATE_H
#define APPLE_MACHINE_DELEGATE_H

#include "virtualization.h"

typedef struct {
  void *context;
  void (*guest_stopped) (void *context); /* may be NULL */
  void (*stopped_with_error) (void *context, NSError *error);
} MachineEvents;

/* The caller's: a machine does not keep its delegate. That the network is lost it tells the user.
 * @events: must live as long as the delegate. */
id machine_delegate_new (const MachineEvents *events);

#endif
