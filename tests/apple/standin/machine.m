/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts: sections 1.15 and 4 of the notes on the API. */

#import "standin.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

typedef void (^Handler) (NSError *);

@interface NSObject (VZVirtualMachineDelegate)
- (void)guestDidStopVirtualMachine:(VZVirtualMachine *)machine;
- (void)virtualMachine:(VZVirtualMachine *)machine didStopWithError:(NSError *)error;
- (void)virtualMachine:(VZVirtualMachine *)machine
                           networkDevice:(id)device
  attachmentWasDisconnectedWithError:(NSError *)error;
@end

@interface VZVirtualMachineStartOptions : StandinObject
@end
@interface VZMacOSVirtualMachineStartOptions : VZVirtualMachineStartOptions
{
  BOOL _recovery;
}
@end

@implementation VZVirtualMachineStartOptions
ABSTRACT (VZVirtualMachineStartOptions)
@end

@implementation VZMacOSVirtualMachineStartOptions

- (void)setStartUpFromMacOSRecovery:(BOOL)recovery
{
  record (@"VZMacOSVirtualMachineStartOptions setStartUpFromMacOSRecovery: %d", recovery);
  _recovery = recovery;
}

- (BOOL)startUpFromMacOSRecovery
{
  return _recovery;
}

@end

@implementation VZVirtualMachine

- (id)init
{
  raise_exception (@"VZVirtualMachine has no init");
}

+ (BOOL)isSupported
{
  record (@"VZVirtualMachine isSupported");
  return strcmp (option ("HOST", ""), "guest") != 0;
}

/* The configuration is copied: what is changed in it later has no effect. That it was validated is
 * more than the documentation asks for. */
- (id)initWithConfiguration:(VZVirtualMachineConfiguration *)configuration
                      queue:(dispatch_queue_t)queue
{
  record (@"VZVirtualMachine initWithConfiguration: queue: %s", queue_label (queue));
  if (![configuration isValidated])
    raise_exception (@"the configuration was not validated as it is now");
  if (queue == dispatch_get_global_queue (QOS_CLASS_DEFAULT, 0))
    raise_exception (@"undefined: the queue of a machine must be serial");
  _configuration = [configuration copy];
  _queue = queue;
  queue_retain (queue);
  _lock = -1;
  return self;
}

- (id)initWithConfiguration:(VZVirtualMachineConfiguration *)configuration
{
  return [self initWithConfiguration:configuration queue:dispatch_get_main_queue ()];
}

- (void)dealloc
{
  [self unlockAuxiliaryStorage];
  dispatch_release (_queue);
  [_configuration release];
  [super dealloc];
}

- (void)checkQueue:(SEL)member
{
  if (current_queue () != _queue)
    raise_exception (@"%s on queue %s: the machine's is %s", sel_getName (member),
                     queue_label (current_queue ()), queue_label (_queue));
}

- (VZVirtualMachineConfiguration *)configuration
{
  return _configuration;
}

- (dispatch_queue_t)queueOfMachine
{
  return _queue;
}

- (VZVirtualMachineState)stateUnchecked
{
  return _state;
}

- (void)changeState:(VZVirtualMachineState)state
{
  _state = state;
}

- (VZVirtualMachineState)state
{
  [self checkQueue:_cmd];
  return _state;
}

- (void)setDelegate:(id)delegate
{
  [self checkQueue:_cmd];
  record (@"VZVirtualMachine setDelegate: %@", [delegate class]);
  _delegate = delegate;
}

/* ---- One user of the auxiliary storage at a time -------------------------------------------- */

- (NSError *)lockAuxiliaryStorage
{
  VZMacPlatformConfiguration *platform = (VZMacPlatformConfiguration *) [_configuration platform];
  const char *path = [[[[platform auxiliaryStorage] URL] path] fileSystemRepresentation];
  NSError *cause;

  _lock = open (path, O_RDWR | O_CLOEXEC);
  if (_lock >= 0 && flock (_lock, LOCK_EX | LOCK_NB) == 0)
    return nil;
  [self unlockAuxiliaryStorage];
  cause = [NSError errorWithDomain:@"NSPOSIXErrorDomain" code:EAGAIN userInfo:nil];
  return make_error (2, @"Failed to lock auxiliary storage.", cause);
}

- (void)unlockAuxiliaryStorage
{
  if (_lock >= 0)
    close (_lock);
  _lock = -1;
}

/* ---- What the guest does -------------------------------------------------------------------- */

- (void)guestStops
{
  record (@"the guest stops");
  _state = VZVirtualMachineStateStopped;
  if ([_delegate respondsToSelector:@selector (guestDidStopVirtualMachine:)])
    [_delegate guestDidStopVirtualMachine:self];
}

- (void)guestFails
{
  record (@"the guest fails");
  _state = VZVirtualMachineStateError;
  if ([_delegate respondsToSelector:@selector (virtualMachine:didStopWithError:)])
    [_delegate virtualMachine:self didStopWithError:make_error (1, @"The guest failed.", nil)];
}

- (void)guestLosesNetwork
{
  SEL member = @selector (virtualMachine:networkDevice:attachmentWasDisconnectedWithError:);

  record (@"the guest loses its network");
  if ([_delegate respondsToSelector:member])
    [_delegate virtualMachine:self
                             networkDevice:nil
        attachmentWasDisconnectedWithError:make_error (7, @"The network is gone.", nil)];
}

- (void)letGuestAct
{
  const char *what = option ("GUEST", "");

  if (what[0] == '\0')
    return;
  [self retain];
  dispatch_async (_queue, ^{
    if (strcmp (what, "stops") == 0)
      [self guestStops];
    else if (strcmp (what, "fails") == 0)
      [self guestFails];
    else
      [self guestLosesNetwork];
    [self release];
  });
}

/* ---- Operations ----------------------------------------------------------------------------- */

static const char *const NAMES[] = { "Stopped", "Running",  "Paused",   "Error",  "Starting",
                                     "Pausing", "Resuming", "Stopping", "Saving", "Restoring" };

/* To @between at once; later, on the queue, to @after or back, and the handler is called. */
- (void)operate:(const char *)name
        between:(VZVirtualMachineState)between
          after:(VZVirtualMachineState)after
         result:(NSError *)wrong
        handler:(Handler)handler
{
  Handler copy = Block_copy (handler);
  NSError *chosen = chosen_error (name);
  NSError *error = [wrong != nil ? wrong : chosen retain];
  VZVirtualMachineState before = _state;

  if (wrong == nil)
    _state = between;
  [self retain];
  dispatch_async (_queue, ^{
    if (wrong == nil)
      _state = error == nil ? after : before;
    record (@"VZVirtualMachine %s answers: %@, %s", name, error != nil ? @"an error" : @"done",
            NAMES[_state]);
    copy (error);
    Block_release (copy);
    [error release];
    if (_state == VZVirtualMachineStateRunning)
      [self letGuestAct];
    [self release];
  });
}

- (NSError *)refuseUnless:(BOOL)allowed code:(NSInteger)code
{
  if (allowed)
    return nil;
  return make_error (code, [NSString stringWithFormat:@"The state is %s.", NAMES[_state]], nil);
}

- (void)startWithCompletionHandler:(Handler)handler
{
  NSError *error;

  [self checkQueue:_cmd];
  record (@"VZVirtualMachine startWithCompletionHandler:");
  error = [self refuseUnless:_state == VZVirtualMachineStateStopped ||
                             _state == VZVirtualMachineStateError
                        code:4];
  if (error == nil)
    error = [self lockAuxiliaryStorage];
  [self operate:"start"
        between:VZVirtualMachineStateStarting
          after:VZVirtualMachineStateRunning
         result:error
        handler:handler];
}

- (void)startWithOptions:(VZMacOSVirtualMachineStartOptions *)options
       completionHandler:(Handler)handler
{
  [self checkQueue:_cmd];
  record (@"VZVirtualMachine startWithOptions: recovery: %d", [options startUpFromMacOSRecovery]);
  [self startWithCompletionHandler:handler];
}

- (void)stopWithCompletionHandler:(Handler)handler
{
  [self checkQueue:_cmd];
  record (@"VZVirtualMachine stopWithCompletionHandler:");
  [self operate:"stop"
        between:VZVirtualMachineStateStopping
          after:VZVirtualMachineStateStopped
         result:[self refuseUnless:_state == VZVirtualMachineStateRunning ||
                                   _state == VZVirtualMachineStatePaused
                              code:4]
        handler:handler];
}

- (void)pauseWithCompletionHandler:(Handler)handler
{
  [self checkQueue:_cmd];
  record (@"VZVirtualMachine pauseWithCompletionHandler:");
  [self operate:"pause"
        between:VZVirtualMachineStatePausing
          after:VZVirtualMachineStatePaused
         result:[self refuseUnless:_state == VZVirtualMachineStateRunning code:4]
        handler:handler];
}

- (void)resumeWithCompletionHandler:(Handler)handler
{
  [self checkQueue:_cmd];
  record (@"VZVirtualMachine resumeWithCompletionHandler:");
  [self operate:"resume"
        between:VZVirtualMachineStateResuming
          after:VZVirtualMachineStateRunning
         result:[self refuseUnless:_state == VZVirtualMachineStatePaused code:4]
        handler:handler];
}

- (void)checkSaving
{
  if (!is_macos (14))
    raise_exception (@"machines cannot be saved and restored before macOS 14");
}

- (void)saveMachineStateToURL:(NSURL *)url completionHandler:(Handler)handler
{
  NSError *error;

  [self checkQueue:_cmd];
  [self checkSaving];
  record (@"VZVirtualMachine saveMachineStateToURL: %@", [[url path] lastPathComponent]);
  error = [self refuseUnless:_state == VZVirtualMachineStatePaused code:3];
  /* Half of a file, if it fails. */
  if (error == nil)
    [[NSData dataWithBytes:"SAVED" length:chosen_error ("save") != nil ? 2 : 5]
      writeToFile:[url path]
       atomically:NO];
  [self operate:"save"
        between:VZVirtualMachineStateSaving
          after:VZVirtualMachineStatePaused
         result:error
        handler:handler];
}

- (void)restoreMachineStateFromURL:(NSURL *)url completionHandler:(Handler)handler
{
  NSData *content = [NSData dataWithContentsOfFile:[url path]];
  NSError *error;

  [self checkQueue:_cmd];
  [self checkSaving];
  record (@"VZVirtualMachine restoreMachineStateFromURL: %@", [[url path] lastPathComponent]);
  error = [self refuseUnless:_state == VZVirtualMachineStateStopped code:4];
  if (error == nil && ![content isEqual:[NSData dataWithBytes:"SAVED" length:5]])
    error = make_error (12, @"It failed to restore with error “invalid argument”.", nil);
  [self operate:"restore"
        between:VZVirtualMachineStateRestoring
          after:VZVirtualMachineStatePaused
         result:error
        handler:handler];
}

@end
