/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installation.h"

#include <stdio.h>

#include "callback-object.h"
#include "interrupt.h"
#include "machine-delegate.h"

#define SECONDS_TO_CANCEL 60

typedef struct {
  dispatch_queue_t queue; /* serial: the machine's members are used on it only */
  VZVirtualMachine *machine;
  VZMacOSInstaller *installer;
  NSProgress *progress;
  id delegate;
  id observer;
  int percent; /* printed last */
} Installation;

/* ---- What is called meanwhile ---------------------------------------------------------------- */

static void
stopped_with_error (void *self, NSError *error)
{
  fprintf (stderr, "The virtual machine stopped: %s\n",
           NSString_UTF8String (NSError_localizedDescription (error)));
}

static const MachineEvents machine_events = { .stopped_with_error = stopped_with_error };

static void
progress_changed (id self, SEL selector, NSString *key, NSProgress *progress, void *change,
                  void *context)
{
  Installation *installation = callback_context (self);
  int percent = (int) (NSProgress_fractionCompleted (progress) * 100);

  if (percent == installation->percent)
    return;
  installation->percent = percent;
  printf ("Installation progress: %d%%.\n", percent);
}

static const Callback observer_callbacks[] = {
  { "observeValueForKeyPath:ofObject:change:context:", (IMP) progress_changed, "v@:@@@^v" },
};

/* ---- On the machine's queue ------------------------------------------------------------------ */

static void
begin (Installation *self, VZVirtualMachineConfiguration *configuration, const char *image,
       VZCompletionHandler handler)
{
  self->machine =
    retain (VZVirtualMachine_with_configuration_on_queue (configuration, self->queue));
  self->delegate = machine_delegate_new (&machine_events);
  VZVirtualMachine_setDelegate (self->machine, self->delegate);

  self->installer = retain (VZMacOSInstaller_with_machine (self->machine, file_url (image)));
  self->progress = retain (VZMacOSInstaller_progress (self->installer));
  self->observer = callback_object_new ("VzProgressObserver", observer_callbacks,
                                        sizeof observer_callbacks / sizeof (Callback), self);
  NSProgress_addObserver (self->progress, self->observer, NSString_with_utf8 ("fractionCompleted"),
                          NSKeyValueObservingOptionNew, NULL);

  VZMacOSInstaller_install (self->installer, handler);
}

static void
end (Installation *self)
{
  NSProgress_removeObserver (self->progress, self->observer,
                             NSString_with_utf8 ("fractionCompleted"));
  VZVirtualMachine_setDelegate (self->machine, NULL);
  release (self->observer);
  release (self->progress);
  release (self->installer);
  release (self->machine);
  release (self->delegate);
}

/* ---- On the program's thread ----------------------------------------------------------------- */

bool
install (VZVirtualMachineConfiguration *configuration, const char *image, Failure *failure)
{
  Installation installation = {
    .queue = dispatch_queue_create ("vz.machine", DISPATCH_QUEUE_SERIAL),
    .percent = -1,
  };
  Installation *self = &installation;
  dispatch_semaphore_t done = dispatch_semaphore_create (0);
  __block NSError *error = NULL;
  bool came;

  dispatch_sync (self->queue, ^{
    begin (self, configuration, image, ^(NSError *reason) {
      error = retain (reason);
      dispatch_semaphore_signal (done);
    });
  });
  came = wait_for (done);
  if (!came)
    {
      printf ("Cancelling the installation.\n");
      dispatch_sync (self->queue, ^{
        NSProgress_cancel (self->progress);
      });
      came = wait_at_most (done, SECONDS_TO_CANCEL);
    }
  if (!came)
    fail (failure, EXIT_INTERRUPTED, "interrupted; the installer did not end");
  else if (error != NULL)
    fail_error (failure, "the installation failed", error);
  if (!came) /* all of it may be in use still, as long as the program runs */
    return false;
  dispatch_sync (self->queue, ^{
    end (self);
  });
  dispatch_release (self->queue);
  dispatch_release (done);
  release (error);
  return failure->exit_code == EXIT_DONE;
}
