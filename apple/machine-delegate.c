/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine-delegate.h"

#include <stdio.h>

#include "callback-object.h"

static void
guest_did_stop (id self, SEL selector, VZVirtualMachine *machine)
{
  const MachineEvents *events = callback_context (self);

  if (events->guest_stopped != NULL)
    events->guest_stopped (events->context);
}

static void
did_stop_with_error (id self, SEL selector, VZVirtualMachine *machine, NSError *error)
{
  const MachineEvents *events = callback_context (self);

  events->stopped_with_error (events->context, error);
}

static void
network_was_disconnected (id self, SEL selector, VZVirtualMachine *machine, void *device,
                          NSError *error)
{
  fprintf (stderr, "The virtual machine lost its network: %s\n",
           NSString_UTF8String (NSError_localizedDescription (error)));
}

static const Callback callbacks[] = {
  { "guestDidStopVirtualMachine:", (IMP) guest_did_stop, "v@:@" },
  { "virtualMachine:didStopWithError:", (IMP) did_stop_with_error, "v@:@@" },
  { "virtualMachine:networkDevice:attachmentWasDisconnectedWithError:",
    (IMP) network_was_disconnected, "v@:@@@" },
};

id
machine_delegate_new (const MachineEvents *events)
{
  return callback_object_new ("VzMachineDelegate", callbacks,
                              sizeof callbacks / sizeof callbacks[0], (void *) events);
}
