/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A stand-in for what the programs in apple/ use of macOS, for tests on Linux. It follows the
 * documentation of Apple's frameworks, is as strict as it can be where the documentation leaves
 * behavior undefined, and writes down every call.
 *
 * What happens is chosen by the environment, each name with STANDIN_ before it:
 *
 *   MACOS           version of the system: 14 unless told otherwise
 *   HOST            "intel": a Mac without Apple silicon; "guest": one that is a virtual machine
 *   RECORD          file that every call is appended to
 *   CPUS            processors of the host
 *   MEMORY          most bytes of memory that a machine may have
 *   URL             where the catalog says the latest image is
 *   REQUIREMENTS    "none": a loaded image has nothing for this host
 *   SUPPORTED       "no": no hardware model is supported
 *   MIN_CPUS, MIN_MEMORY  what an image asks for
 *   ECID            number of a new machine identifier, in decimal
 *   FAIL            NAME=CODE,...: operations that fail with that code of VZErrorDomain
 *   GUEST           what the guest does once it runs: "stops", "fails", "loses-network"
 *   INTERRUPT_AT    Ctrl-C when that many calls were made
 *   INTERRUPT_ON    Ctrl-C when a call is made whose line contains this
 *   QUIT_ON         the user chooses Quit when a call is made whose line contains this
 *   DISK_LIMIT      bytes that can be written before the disk is full */

#import <Foundation/Foundation.h>

#include "../sdk/dispatch/dispatch.h"

/* ---- options.m ------------------------------------------------------------------------------ */

const char *option (const char *name, const char *otherwise);
unsigned long long option_number (const char *name, unsigned long long otherwise);
/* The error that FAIL names for @operation, or nil. */
NSError *chosen_error (const char *operation);
NSError *make_error (NSInteger code, NSString *reason, NSError *cause);
BOOL is_macos (NSInteger major);

/* ---- record.m ------------------------------------------------------------------------------- */

void record (NSString *format, ...) NS_FORMAT_FUNCTION (1, 2);
/* As an exception that nothing catches ends a program on a Mac. */
void raise_exception (NSString *format, ...) NS_FORMAT_FUNCTION (1, 2) __attribute__ ((noreturn));

/* Counts its instances; those that are alive at the end are written to the record. */
@interface StandinObject : NSObject <NSCopying>
@end

/* Refuses to be made as such: Apple's documentation calls the class abstract. */
#define ABSTRACT(Class) \
  +(id) allocWithZone : (NSZone *) zone \
  { \
    if (self == [Class class]) \
      raise_exception (@"%s is abstract", #Class); \
    return [super allocWithZone:zone]; \
  }

/* ---- queue.m -------------------------------------------------------------------------------- */

dispatch_queue_t current_queue (void);
const char *queue_label (dispatch_queue_t queue);
void queue_retain (dispatch_queue_t queue);
/* Waits, for some time, until no block runs any more on the global queue. */
void settle (void);
/* A signal as the terminal sends it. */
void send_signal (int number);
/* Serves the main queue until @stop is set. */
void serve_main_queue (volatile BOOL *stop);

/* ---- values.m ------------------------------------------------------------------------------- */

@interface VZMACAddress : StandinObject {
  NSString *_text;
}
- (id)initWithString:(NSString *)text;
- (NSString *)string;
@end

@interface VZMacHardwareModel : StandinObject {
  NSData *_data;
}
- (id)initWithDataRepresentation:(NSData *)data;
- (NSData *)dataRepresentation;
- (BOOL)isSupported;
/* For the stand-in itself, not recorded. */
- (id)initWithData:(NSData *)data;
- (NSData *)data;
@end
BOOL model_is_supported (void);

@interface VZMacMachineIdentifier : StandinObject {
  NSData *_data;
}
- (id)initWithDataRepresentation:(NSData *)data;
- (NSData *)dataRepresentation;
@end

@interface VZMacAuxiliaryStorage : StandinObject {
  NSURL *_url;
  NSData *_model; /* that it was made for, if it was made now */
}
- (NSURL *)URL;
- (NSData *)model;
@end

/* ---- devices.m ------------------------------------------------------------------------------ */

@interface VZBootLoader : StandinObject
@end
@interface VZMacOSBootLoader : VZBootLoader
@end

@interface VZPlatformConfiguration : StandinObject
@end
@interface VZMacPlatformConfiguration : VZPlatformConfiguration {
  VZMacHardwareModel *_hardwareModel;
  VZMacMachineIdentifier *_machineIdentifier;
  VZMacAuxiliaryStorage *_auxiliaryStorage;
}
- (VZMacHardwareModel *)hardwareModel;
- (VZMacMachineIdentifier *)machineIdentifier;
- (VZMacAuxiliaryStorage *)auxiliaryStorage;
@end

@interface VZStorageDeviceAttachment : StandinObject
@end
@interface VZDiskImageStorageDeviceAttachment : VZStorageDeviceAttachment {
  NSURL *_url;
}
- (NSURL *)URL;
@end
@interface VZStorageDeviceConfiguration : StandinObject {
  VZStorageDeviceAttachment *_attachment;
}
- (VZStorageDeviceAttachment *)attachment;
@end
@interface VZVirtioBlockDeviceConfiguration : VZStorageDeviceConfiguration
@end

@interface VZNetworkDeviceAttachment : StandinObject
@end
@interface VZNATNetworkDeviceAttachment : VZNetworkDeviceAttachment
@end
@interface VZNetworkDeviceConfiguration : StandinObject {
  VZMACAddress *_address;
  VZNetworkDeviceAttachment *_attachment;
}
@end
@interface VZVirtioNetworkDeviceConfiguration : VZNetworkDeviceConfiguration
@end

@interface VZGraphicsDisplayConfiguration : StandinObject
@end
@interface VZMacGraphicsDisplayConfiguration : VZGraphicsDisplayConfiguration
@end
@interface VZGraphicsDeviceConfiguration : StandinObject
@end
@interface VZMacGraphicsDeviceConfiguration : VZGraphicsDeviceConfiguration {
  NSArray *_displays;
}
- (NSArray *)displays;
@end

@interface VZPointingDeviceConfiguration : StandinObject
@end
@interface VZMacTrackpadConfiguration : VZPointingDeviceConfiguration
@end
@interface VZKeyboardConfiguration : StandinObject
@end
@interface VZUSBKeyboardConfiguration : VZKeyboardConfiguration
@end
@interface VZMacKeyboardConfiguration : VZKeyboardConfiguration
@end

/* ---- configuration.m ------------------------------------------------------------------------ */

@interface VZVirtualMachineConfiguration : StandinObject {
  VZPlatformConfiguration *_platform;
  VZBootLoader *_bootLoader;
  NSUInteger _cpuCount;
  unsigned long long _memorySize;
  NSArray *_storageDevices, *_networkDevices, *_graphicsDevices, *_pointingDevices, *_keyboards;
  BOOL _validated;
}
- (VZPlatformConfiguration *)platform;
- (NSArray *)storageDevices;
- (BOOL)isValidated;
@end

/* ---- machine.m ------------------------------------------------------------------------------ */

typedef enum {
  VZVirtualMachineStateStopped,
  VZVirtualMachineStateRunning,
  VZVirtualMachineStatePaused,
  VZVirtualMachineStateError,
  VZVirtualMachineStateStarting,
  VZVirtualMachineStatePausing,
  VZVirtualMachineStateResuming,
  VZVirtualMachineStateStopping,
  VZVirtualMachineStateSaving,
  VZVirtualMachineStateRestoring,
} VZVirtualMachineState;

@interface VZVirtualMachine : StandinObject {
  VZVirtualMachineConfiguration *_configuration;
  dispatch_queue_t _queue;
  VZVirtualMachineState _state;
  id _delegate; /* not kept */
  int _lock; /* descriptor of the auxiliary storage while it is in use */
}
/* For the installer. */
- (VZVirtualMachineConfiguration *)configuration;
- (dispatch_queue_t)queueOfMachine;
- (void)checkQueue:(SEL)member;
- (void)changeState:(VZVirtualMachineState)state;
- (VZVirtualMachineState)stateUnchecked;
- (NSError *)lockAuxiliaryStorage;
- (void)unlockAuxiliaryStorage;
- (void)letGuestAct;
@end

/* ---- progress.m ----------------------------------------------------------------------------- */

@interface StandinProgress : StandinObject {
  double _fraction;
  BOOL _cancelled;
  id _observer;
  NSString *_key;
  NSLock *_lock;
}
- (void)advance:(double)fraction;
- (BOOL)isCancelled;
@end
