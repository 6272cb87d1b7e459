/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts: sections 1.1 and 3 of the notes on the API. */

#import "standin.h"

#include <sys/stat.h>

#define MEBIBYTE (1024ULL * 1024)

@implementation VZVirtualMachineConfiguration

+ (NSUInteger)minimumAllowedCPUCount
{
  record (@"VZVirtualMachineConfiguration minimumAllowedCPUCount");
  return 1;
}

+ (NSUInteger)maximumAllowedCPUCount
{
  record (@"VZVirtualMachineConfiguration maximumAllowedCPUCount");
  return option_number ("CPUS", 8);
}

+ (unsigned long long)minimumAllowedMemorySize
{
  record (@"VZVirtualMachineConfiguration minimumAllowedMemorySize");
  return 128 * MEBIBYTE;
}

+ (unsigned long long)maximumAllowedMemorySize
{
  record (@"VZVirtualMachineConfiguration maximumAllowedMemorySize");
  return option_number ("MEMORY", 16384 * MEBIBYTE);
}

- (id)init
{
  record (@"VZVirtualMachineConfiguration init");
  return self;
}

/* The lists hold the very objects, as copies of arrays do. */
- (id)copyWithZone:(NSZone *)zone
{
  VZVirtualMachineConfiguration *copy = [VZVirtualMachineConfiguration alloc];

  copy->_platform = [_platform retain];
  copy->_bootLoader = [_bootLoader retain];
  copy->_cpuCount = _cpuCount;
  copy->_memorySize = _memorySize;
  copy->_storageDevices = [_storageDevices copy];
  copy->_networkDevices = [_networkDevices copy];
  copy->_graphicsDevices = [_graphicsDevices copy];
  copy->_pointingDevices = [_pointingDevices copy];
  copy->_keyboards = [_keyboards copy];
  copy->_validated = _validated;
  return copy;
}

- (void)dealloc
{
  [_platform release];
  [_bootLoader release];
  [_storageDevices release];
  [_networkDevices release];
  [_graphicsDevices release];
  [_pointingDevices release];
  [_keyboards release];
  [super dealloc];
}

- (void)setPlatform:(VZPlatformConfiguration *)platform
{
  record (@"VZVirtualMachineConfiguration setPlatform: %@", [platform class]);
  _validated = NO;
  [_platform autorelease];
  _platform = [platform retain];
}

- (void)setBootLoader:(VZBootLoader *)loader
{
  record (@"VZVirtualMachineConfiguration setBootLoader: %@", [loader class]);
  _validated = NO;
  [_bootLoader autorelease];
  _bootLoader = [loader retain];
}

- (void)setCPUCount:(NSUInteger)count
{
  record (@"VZVirtualMachineConfiguration setCPUCount: %lu", count);
  _validated = NO;
  _cpuCount = count;
}

- (void)setMemorySize:(unsigned long long)size
{
  record (@"VZVirtualMachineConfiguration setMemorySize: %llu", size);
  _validated = NO;
  _memorySize = size;
}

- (void)setList:(NSArray **)list to:(NSArray *)devices named:(NSString *)name of:(Class)kind
{
  record (@"VZVirtualMachineConfiguration %@: %@", name, [devices valueForKey:@"class"]);
  for (id device in devices)
    if (![device isKindOfClass:kind])
      raise_exception (@"%@: %@ is not a %@", name, [device class], kind);
  _validated = NO;
  [*list autorelease];
  *list = [devices copy];
}

- (void)setStorageDevices:(NSArray *)devices
{
  [self setList:&_storageDevices
             to:devices
          named:@"setStorageDevices"
             of:[VZStorageDeviceConfiguration class]];
}

- (void)setNetworkDevices:(NSArray *)devices
{
  [self setList:&_networkDevices
             to:devices
          named:@"setNetworkDevices"
             of:[VZNetworkDeviceConfiguration class]];
}

- (void)setGraphicsDevices:(NSArray *)devices
{
  [self setList:&_graphicsDevices
             to:devices
          named:@"setGraphicsDevices"
             of:[VZGraphicsDeviceConfiguration class]];
}

- (void)setPointingDevices:(NSArray *)devices
{
  [self setList:&_pointingDevices
             to:devices
          named:@"setPointingDevices"
             of:[VZPointingDeviceConfiguration class]];
}

- (void)setKeyboards:(NSArray *)devices
{
  [self setList:&_keyboards
             to:devices
          named:@"setKeyboards"
             of:[VZKeyboardConfiguration class]];
}

- (VZPlatformConfiguration *)platform
{
  return _platform;
}

- (NSArray *)storageDevices
{
  return _storageDevices;
}

- (BOOL)isValidated
{
  return _validated;
}

/* ---- Validation ----------------------------------------------------------------------------- */

static BOOL
is_file (NSURL *url)
{
  struct stat st;

  return stat ([[url path] fileSystemRepresentation], &st) == 0 && S_ISREG (st.st_mode);
}

- (NSString *)findFaultOfPlatform
{
  VZMacPlatformConfiguration *platform = (VZMacPlatformConfiguration *) _platform;
  NSData *model;

  if (_bootLoader == nil)
    return @"The boot loader is invalid.";
  if (![platform isKindOfClass:[VZMacPlatformConfiguration class]])
    return @"The macOS boot loader needs the Mac platform.";
  if ([platform hardwareModel] == nil || !model_is_supported ())
    return @"The hardware model is invalid.";
  if ([platform auxiliaryStorage] == nil || !is_file ([[platform auxiliaryStorage] URL]))
    return @"The auxiliary storage is invalid.";
  model = [[platform auxiliaryStorage] model];
  if (model != nil && ![model isEqual:[[platform hardwareModel] data]])
    raise_exception (@"undefined: the auxiliary storage is for another hardware model");
  return nil;
}

- (NSString *)findFault
{
  NSString *fault = [self findFaultOfPlatform];

  if (fault != nil)
    return fault;
  if (_cpuCount < 1 || _cpuCount > option_number ("CPUS", 8))
    return @"The CPU count is invalid.";
  if (_memorySize % MEBIBYTE != 0 || _memorySize < 128 * MEBIBYTE ||
      _memorySize > option_number ("MEMORY", 16384 * MEBIBYTE))
    return @"The memory size is invalid.";
  for (VZStorageDeviceConfiguration *device in _storageDevices)
    if (!is_file ([(VZDiskImageStorageDeviceAttachment *) [device attachment] URL]))
      return @"The storage device attachment is invalid.";
  for (VZMacGraphicsDeviceConfiguration *device in _graphicsDevices)
    if ([[device displays] count] > 1)
      return @"The graphics device is invalid.";
  /* What a macOS guest needs without validation asking for it. */
  if ([_storageDevices count] == 0 || [_graphicsDevices count] == 0 || [_keyboards count] == 0 ||
      [_pointingDevices count] == 0 ||
      [[[_graphicsDevices objectAtIndex:0] displays] count] == 0)
    raise_exception (@"undefined: a macOS guest without disk, display, keyboard or pointer");
  return nil;
}

- (BOOL)validateWithError:(NSError **)error
{
  NSString *fault;

  record (@"VZVirtualMachineConfiguration validateWithError:");
  fault = [self findFault];
  if (chosen_error ("validate") != nil)
    *error = chosen_error ("validate");
  else if (fault != nil)
    *error = make_error (2, fault, nil);
  else
    _validated = YES;
  return _validated;
}

- (BOOL)validateSaveRestoreSupportWithError:(NSError **)error
{
  record (@"VZVirtualMachineConfiguration validateSaveRestoreSupportWithError:");
  if (!is_macos (14))
    raise_exception (@"unrecognized selector validateSaveRestoreSupportWithError:");
  if (chosen_error ("validate-save") != nil)
    *error = chosen_error ("validate-save");
  else if ([[_keyboards objectAtIndex:0] isKindOfClass:[VZUSBKeyboardConfiguration class]])
    *error = make_error (10, @"Unsupported keyboard in configuration.", nil);
  else
    return YES;
  return NO;
}

@end
