/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts: section 5.2 of the notes on the API. */

#import "standin.h"

#include <fcntl.h>
#include <unistd.h>

@interface VZMacOSInstaller : StandinObject
{
  VZVirtualMachine *_machine;
  NSURL *_url;
  StandinProgress *_progress;
  BOOL _used;
}
@end

@implementation VZMacOSInstaller

typedef void (^Handler) (NSError *);

- (id)init
{
  raise_exception (@"VZMacOSInstaller has no init");
}

- (id)initWithVirtualMachine:(VZVirtualMachine *)machine restoreImageURL:(NSURL *)url
{
  record (@"VZMacOSInstaller initWithVirtualMachine: restoreImageURL: %@",
          [[url path] lastPathComponent]);
  [machine checkQueue:_cmd];
  if (![[[machine configuration] platform] isKindOfClass:[VZMacPlatformConfiguration class]] ||
      ![url isFileURL])
    raise_exception (@"VZMacOSInstaller needs a machine of the Mac platform and a file");
  _machine = [machine retain];
  _url = [url copy];
  _progress = [[StandinProgress alloc] init];
  return self;
}

- (StandinProgress *)progress
{
  record (@"VZMacOSInstaller progress");
  return _progress;
}

/* What an installation leaves: the disk is written to. */
- (void)writeDisk
{
  VZStorageDeviceConfiguration *disk =
    [[[_machine configuration] storageDevices] objectAtIndex:0];
  NSURL *url = [(VZDiskImageStorageDeviceAttachment *) [disk attachment] URL];
  int fd = open ([[url path] fileSystemRepresentation], O_WRONLY | O_CLOEXEC);

  if (fd < 0 || pwrite (fd, "macOS", 5, 4096) != 5)
    raise_exception (@"the disk image cannot be written");
  close (fd);
}

- (void)finish:(Handler)handler with:(NSError *)error
{
  if (error == nil)
    [self writeDisk];
  dispatch_async ([_machine queueOfMachine], ^{
    [_machine unlockAuxiliaryStorage];
    [_machine changeState:VZVirtualMachineStateStopped];
    record (@"VZMacOSInstaller answers: %@", error != nil ? @"an error" : @"done");
    handler (error);
    Block_release (handler);
    [error release];
    [self release];
  });
}

- (void)work:(Handler)handler
{
  BOOL is_interrupted = option ("INTERRUPT_AT", option ("INTERRUPT_ON", NULL)) != NULL;
  NSError *error = nil;

  for (int i = 0; i <= 4 && error == nil; i++)
    {
      NSAutoreleasePool *pool = [[NSAutoreleasePool alloc] init];

      if (i == 2)
        {
          error = [chosen_error ("install") retain];
          [_machine letGuestAct];
        }
      if (error == nil)
        [_progress advance:i / 4.0];
      if ([_progress isCancelled] && error == nil)
        error = [make_error (9, @"The operation was cancelled.", nil) retain];
      usleep (is_interrupted ? 400000 : 10000); /* time to hear of it */
      if ([_progress isCancelled] && error == nil)
        error = [make_error (9, @"The operation was cancelled.", nil) retain];
      [pool drain];
    }
  [self finish:handler with:error];
}

- (void)installWithCompletionHandler:(Handler)handler
{
  Handler copy = Block_copy (handler);
  NSError *error;

  record (@"VZMacOSInstaller installWithCompletionHandler:");
  [_machine checkQueue:_cmd];
  if (_used)
    raise_exception (@"VZMacOSInstaller installs once");
  if ([_progress isCancelled])
    raise_exception (@"VZMacOSInstaller was cancelled before it began");
  if ([_machine stateUnchecked] != VZVirtualMachineStateStopped)
    raise_exception (@"VZMacOSInstaller needs a machine that is stopped");
  _used = YES;
  [self retain];
  error = [[_machine lockAuxiliaryStorage] retain];
  [_machine changeState:VZVirtualMachineStateRunning];
  dispatch_async (dispatch_get_global_queue (QOS_CLASS_DEFAULT, 0), ^{
    if (error != nil)
      [self finish:copy with:error];
    else
      [self work:copy];
  });
}

- (void)dealloc
{
  [_machine release];
  [_url release];
  [_progress release];
  [super dealloc];
}

@end
