/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The parts of a machine's configuration. Facts: sections 1.2 to 1.7 of the notes on the API. */

#import "standin.h"

#include <sys/stat.h>

/* Of a class that has nothing but its being there. */
#define PLAIN(Class)                                                                               \
  @implementation Class                                                                            \
  -(id) init                                                                                       \
  {                                                                                                \
    record (@"%s init", #Class);                                                                   \
    return self;                                                                                   \
  }                                                                                                \
  @end
#define ABSTRACT_CLASS(Class)                                                                      \
  @implementation Class                                                                            \
  ABSTRACT (Class)                                                                                 \
  @end

ABSTRACT_CLASS (VZBootLoader)
ABSTRACT_CLASS (VZPlatformConfiguration)
ABSTRACT_CLASS (VZStorageDeviceAttachment)
ABSTRACT_CLASS (VZNetworkDeviceAttachment)
ABSTRACT_CLASS (VZGraphicsDisplayConfiguration)
ABSTRACT_CLASS (VZGraphicsDeviceConfiguration)
ABSTRACT_CLASS (VZPointingDeviceConfiguration)
ABSTRACT_CLASS (VZKeyboardConfiguration)
PLAIN (VZMacOSBootLoader)
PLAIN (VZNATNetworkDeviceAttachment)
PLAIN (VZMacTrackpadConfiguration)
PLAIN (VZUSBKeyboardConfiguration)

@implementation VZMacKeyboardConfiguration

- (id)init
{
  if (!is_macos (14))
    raise_exception (@"there is no class VZMacKeyboardConfiguration before macOS 14");
  record (@"VZMacKeyboardConfiguration init");
  return self;
}

@end

/* ---- Platform ------------------------------------------------------------------------------- */

@implementation VZMacPlatformConfiguration

- (id)init
{
  record (@"VZMacPlatformConfiguration init");
  return self;
}

- (void)setHardwareModel:(VZMacHardwareModel *)model
{
  record (@"VZMacPlatformConfiguration setHardwareModel:");
  [_hardwareModel autorelease];
  _hardwareModel = [model copy];
}

- (void)setMachineIdentifier:(VZMacMachineIdentifier *)identifier
{
  record (@"VZMacPlatformConfiguration setMachineIdentifier:");
  [_machineIdentifier autorelease];
  _machineIdentifier = [identifier copy];
}

- (void)setAuxiliaryStorage:(VZMacAuxiliaryStorage *)storage
{
  record (@"VZMacPlatformConfiguration setAuxiliaryStorage:");
  [_auxiliaryStorage autorelease];
  _auxiliaryStorage = [storage retain];
}

- (VZMacHardwareModel *)hardwareModel
{
  return _hardwareModel;
}

- (VZMacMachineIdentifier *)machineIdentifier
{
  return _machineIdentifier;
}

- (VZMacAuxiliaryStorage *)auxiliaryStorage
{
  return _auxiliaryStorage;
}

- (void)dealloc
{
  [_hardwareModel release];
  [_machineIdentifier release];
  [_auxiliaryStorage release];
  [super dealloc];
}

@end

/* ---- Storage -------------------------------------------------------------------------------- */

@implementation VZDiskImageStorageDeviceAttachment

- (id)init
{
  raise_exception (@"VZDiskImageStorageDeviceAttachment has no init");
}

/* Raw images; their size is a multiple of 512 bytes. */
- (id)initWithURL:(NSURL *)url readOnly:(BOOL)read_only error:(NSError **)error
{
  struct stat st;

  record (@"VZDiskImageStorageDeviceAttachment initWithURL: %@ readOnly: %d",
          [[url path] lastPathComponent], read_only);
  if (![url isFileURL])
    raise_exception (@"VZDiskImageStorageDeviceAttachment needs the URL of a file");
  if (chosen_error ("attachment") != nil)
    *error = chosen_error ("attachment");
  else if (stat ([[url path] fileSystemRepresentation], &st) != 0 || st.st_size == 0 ||
           st.st_size % 512 != 0)
    *error = make_error (5, @"The disk image is invalid.", nil);
  else
    {
      _url = [url copy];
      return self;
    }
  [self release];
  return nil;
}

- (NSURL *)URL
{
  return _url;
}

- (void)dealloc
{
  [_url release];
  [super dealloc];
}

@end

@implementation VZStorageDeviceConfiguration

ABSTRACT (VZStorageDeviceConfiguration)

- (VZStorageDeviceAttachment *)attachment
{
  return _attachment;
}

- (void)dealloc
{
  [_attachment release];
  [super dealloc];
}

@end

@implementation VZVirtioBlockDeviceConfiguration

- (id)init
{
  raise_exception (@"VZVirtioBlockDeviceConfiguration has no init");
}

- (id)initWithAttachment:(VZStorageDeviceAttachment *)attachment
{
  record (@"VZVirtioBlockDeviceConfiguration initWithAttachment: %@", [attachment class]);
  if (attachment == nil)
    raise_exception (@"VZVirtioBlockDeviceConfiguration needs an attachment");
  _attachment = [attachment retain];
  return self;
}

@end

/* ---- Network -------------------------------------------------------------------------------- */

@implementation VZNetworkDeviceConfiguration

ABSTRACT (VZNetworkDeviceConfiguration)

- (void)setMACAddress:(VZMACAddress *)address
{
  record (@"%@ setMACAddress: %@", [self class], [address string]);
  if (address == nil)
    raise_exception (@"the MAC address may not be nil");
  [_address autorelease];
  _address = [address copy];
}

- (void)setAttachment:(VZNetworkDeviceAttachment *)attachment
{
  record (@"%@ setAttachment: %@", [self class], [attachment class]);
  [_attachment autorelease];
  _attachment = [attachment retain];
}

- (void)dealloc
{
  [_address release];
  [_attachment release];
  [super dealloc];
}

@end

PLAIN (VZVirtioNetworkDeviceConfiguration)

/* ---- Graphics ------------------------------------------------------------------------------- */

@implementation VZMacGraphicsDisplayConfiguration

- (id)init
{
  raise_exception (@"VZMacGraphicsDisplayConfiguration has no init");
}

- (id)initWithWidthInPixels:(NSInteger)width
             heightInPixels:(NSInteger)height
              pixelsPerInch:(NSInteger)density
{
  record (@"VZMacGraphicsDisplayConfiguration initWithWidthInPixels: %ld heightInPixels: %ld "
          @"pixelsPerInch: %ld",
          width, height, density);
  return self;
}

@end

@implementation VZMacGraphicsDeviceConfiguration

- (id)init
{
  record (@"VZMacGraphicsDeviceConfiguration init");
  return self;
}

- (void)setDisplays:(NSArray *)displays
{
  record (@"VZMacGraphicsDeviceConfiguration setDisplays: %lu", [displays count]);
  [_displays autorelease];
  _displays = [displays copy];
}

- (NSArray *)displays
{
  return _displays;
}

- (void)dealloc
{
  [_displays release];
  [super dealloc];
}

@end
