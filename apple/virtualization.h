/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The classes of Apple's Virtualization framework that the programs use. */

#ifndef APPLE_VIRTUALIZATION_H
#define APPLE_VIRTUALIZATION_H

#include <dispatch/dispatch.h>

#include "foundation.h"

typedef struct VZDiskImageStorageDeviceAttachment VZDiskImageStorageDeviceAttachment;
typedef struct VZMACAddress VZMACAddress;
typedef struct VZMacAuxiliaryStorage VZMacAuxiliaryStorage;
typedef struct VZMacGraphicsDeviceConfiguration VZMacGraphicsDeviceConfiguration;
typedef struct VZMacGraphicsDisplayConfiguration VZMacGraphicsDisplayConfiguration;
typedef struct VZMacHardwareModel VZMacHardwareModel;
typedef struct VZMacKeyboardConfiguration VZMacKeyboardConfiguration;
typedef struct VZMacMachineIdentifier VZMacMachineIdentifier;
typedef struct VZMacOSBootLoader VZMacOSBootLoader;
typedef struct VZMacOSConfigurationRequirements VZMacOSConfigurationRequirements;
typedef struct VZMacOSInstaller VZMacOSInstaller;
typedef struct VZMacOSRestoreImage VZMacOSRestoreImage;
typedef struct VZMacOSVirtualMachineStartOptions VZMacOSVirtualMachineStartOptions;
typedef struct VZMacPlatformConfiguration VZMacPlatformConfiguration;
typedef struct VZMacTrackpadConfiguration VZMacTrackpadConfiguration;
typedef struct VZNATNetworkDeviceAttachment VZNATNetworkDeviceAttachment;
typedef struct VZUSBKeyboardConfiguration VZUSBKeyboardConfiguration;
typedef struct VZVirtioBlockDeviceConfiguration VZVirtioBlockDeviceConfiguration;
typedef struct VZVirtioNetworkDeviceConfiguration VZVirtioNetworkDeviceConfiguration;
typedef struct VZVirtualMachine VZVirtualMachine;
typedef struct VZVirtualMachineConfiguration VZVirtualMachineConfiguration;

enum { /* VZVirtualMachineState */
       VZVirtualMachineStateStopped,
       VZVirtualMachineStateRunning,
       VZVirtualMachineStatePaused,
       VZVirtualMachineStateError,
};

enum { /* of the domain "VZErrorDomain" */
       VZErrorInvalidVirtualMachineConfiguration = 2,
       VZErrorInvalidDiskImage = 5,
       VZErrorVirtualMachineLimitExceeded = 6,
       VZErrorOutOfDiskSpace = 8,
       VZErrorOperationCancelled = 9,
       VZErrorNotSupported = 10,
       VZErrorInvalidRestoreImageCatalog = 10002,
       VZErrorNoSupportedRestoreImagesInCatalog = 10003,
       VZErrorRestoreImageLoadFailed = 10004,
       VZErrorInvalidRestoreImage = 10005,
       VZErrorInstallationRequiresUpdate = 10006,
};

typedef void (^VZCompletionHandler) (NSError *error);
typedef void (^VZRestoreImageHandler) (VZMacOSRestoreImage *image, NSError *error);

NEW3 (VZDiskImageStorageDeviceAttachment, with_url, "initWithURL:readOnly:error:", NSURL *, BOOL,
      NSError **)

NEW1 (VZMACAddress, with_string, "initWithString:", NSString *)

NEW4 (VZMacAuxiliaryStorage, creating_at_url,
      "initCreatingStorageAtURL:hardwareModel:options:error:", NSURL *, VZMacHardwareModel *,
      NSUInteger, NSError **)
NEW1 (VZMacAuxiliaryStorage, with_url, "initWithURL:", NSURL *)

NEW0 (VZMacGraphicsDeviceConfiguration)
METHOD1 (void, VZMacGraphicsDeviceConfiguration, setDisplays, "setDisplays:", NSArray *)

NEW3 (VZMacGraphicsDisplayConfiguration, with_size,
      "initWithWidthInPixels:heightInPixels:pixelsPerInch:", NSInteger, NSInteger, NSInteger)

NEW1 (VZMacHardwareModel, with_data, "initWithDataRepresentation:", NSData *)
METHOD0 (NSData *, VZMacHardwareModel, dataRepresentation, "dataRepresentation")
METHOD0 (BOOL, VZMacHardwareModel, isSupported, "isSupported")

NEW0 (VZMacKeyboardConfiguration)

NEW0 (VZMacMachineIdentifier)
NEW1 (VZMacMachineIdentifier, with_data, "initWithDataRepresentation:", NSData *)
METHOD0 (NSData *, VZMacMachineIdentifier, dataRepresentation, "dataRepresentation")

NEW0 (VZMacOSBootLoader)

METHOD0 (VZMacHardwareModel *, VZMacOSConfigurationRequirements, hardwareModel, "hardwareModel")
METHOD0 (NSUInteger, VZMacOSConfigurationRequirements, minimumSupportedCPUCount,
         "minimumSupportedCPUCount")
METHOD0 (uint64_t, VZMacOSConfigurationRequirements, minimumSupportedMemorySize,
         "minimumSupportedMemorySize")

NEW2 (VZMacOSInstaller, with_machine, "initWithVirtualMachine:restoreImageURL:", VZVirtualMachine *,
      NSURL *)
METHOD0 (NSProgress *, VZMacOSInstaller, progress, "progress")
METHOD1 (void, VZMacOSInstaller, install, "installWithCompletionHandler:", VZCompletionHandler)

CLASS_METHOD1 (void, VZMacOSRestoreImage, fetchLatestSupported,
               "fetchLatestSupportedWithCompletionHandler:", VZRestoreImageHandler)
CLASS_METHOD2 (void, VZMacOSRestoreImage, load_file, "loadFileURL:completionHandler:", NSURL *,
               VZRestoreImageHandler)
METHOD0 (NSURL *, VZMacOSRestoreImage, URL, "URL")
METHOD0 (VZMacOSConfigurationRequirements *, VZMacOSRestoreImage,
         mostFeaturefulSupportedConfiguration, "mostFeaturefulSupportedConfiguration")

NEW0 (VZMacOSVirtualMachineStartOptions)
METHOD1 (void, VZMacOSVirtualMachineStartOptions, setStartUpFromMacOSRecovery,
         "setStartUpFromMacOSRecovery:", BOOL)

NEW0 (VZMacPlatformConfiguration)
METHOD1 (void, VZMacPlatformConfiguration, setAuxiliaryStorage,
         "setAuxiliaryStorage:", VZMacAuxiliaryStorage *)
METHOD1 (void, VZMacPlatformConfiguration, setHardwareModel,
         "setHardwareModel:", VZMacHardwareModel *)
METHOD1 (void, VZMacPlatformConfiguration, setMachineIdentifier,
         "setMachineIdentifier:", VZMacMachineIdentifier *)

NEW0 (VZMacTrackpadConfiguration)
NEW0 (VZNATNetworkDeviceAttachment)
NEW0 (VZUSBKeyboardConfiguration)

NEW1 (VZVirtioBlockDeviceConfiguration, with_attachment,
      "initWithAttachment:", VZDiskImageStorageDeviceAttachment *)

NEW0 (VZVirtioNetworkDeviceConfiguration)
METHOD1 (void, VZVirtioNetworkDeviceConfiguration, setMACAddress, "setMACAddress:", VZMACAddress *)
METHOD1 (void, VZVirtioNetworkDeviceConfiguration, setAttachment,
         "setAttachment:", VZNATNetworkDeviceAttachment *)

CLASS_METHOD0 (BOOL, VZVirtualMachine, isSupported, "isSupported")
NEW1 (VZVirtualMachine, with_configuration,
      "initWithConfiguration:", VZVirtualMachineConfiguration *)
NEW2 (VZVirtualMachine, with_configuration_on_queue,
      "initWithConfiguration:queue:", VZVirtualMachineConfiguration *, dispatch_queue_t)
METHOD1 (void, VZVirtualMachine, setDelegate, "setDelegate:", id)
METHOD0 (NSInteger, VZVirtualMachine, state, "state")
METHOD1 (void, VZVirtualMachine, start, "startWithCompletionHandler:", VZCompletionHandler)
METHOD2 (void, VZVirtualMachine, start_with_options,
         "startWithOptions:completionHandler:", VZMacOSVirtualMachineStartOptions *,
         VZCompletionHandler)
METHOD1 (void, VZVirtualMachine, stop, "stopWithCompletionHandler:", VZCompletionHandler)
METHOD1 (void, VZVirtualMachine, pause, "pauseWithCompletionHandler:", VZCompletionHandler)
METHOD1 (void, VZVirtualMachine, resume, "resumeWithCompletionHandler:", VZCompletionHandler)
METHOD2 (void, VZVirtualMachine, save, "saveMachineStateToURL:completionHandler:", NSURL *,
         VZCompletionHandler)
METHOD2 (void, VZVirtualMachine, restore, "restoreMachineStateFromURL:completionHandler:", NSURL *,
         VZCompletionHandler)

NEW0 (VZVirtualMachineConfiguration)
CLASS_METHOD0 (NSUInteger, VZVirtualMachineConfiguration, minimumAllowedCPUCount,
               "minimumAllowedCPUCount")
CLASS_METHOD0 (NSUInteger, VZVirtualMachineConfiguration, maximumAllowedCPUCount,
               "maximumAllowedCPUCount")
CLASS_METHOD0 (uint64_t, VZVirtualMachineConfiguration, minimumAllowedMemorySize,
               "minimumAllowedMemorySize")
CLASS_METHOD0 (uint64_t, VZVirtualMachineConfiguration, maximumAllowedMemorySize,
               "maximumAllowedMemorySize")
METHOD1 (void, VZVirtualMachineConfiguration, setPlatform,
         "setPlatform:", VZMacPlatformConfiguration *)
METHOD1 (void, VZVirtualMachineConfiguration, setBootLoader, "setBootLoader:", VZMacOSBootLoader *)
METHOD1 (void, VZVirtualMachineConfiguration, setCPUCount, "setCPUCount:", NSUInteger)
METHOD1 (void, VZVirtualMachineConfiguration, setMemorySize, "setMemorySize:", uint64_t)
METHOD1 (void, VZVirtualMachineConfiguration, setGraphicsDevices, "setGraphicsDevices:", NSArray *)
METHOD1 (void, VZVirtualMachineConfiguration, setStorageDevices, "setStorageDevices:", NSArray *)
METHOD1 (void, VZVirtualMachineConfiguration, setNetworkDevices, "setNetworkDevices:", NSArray *)
METHOD1 (void, VZVirtualMachineConfiguration, setPointingDevices, "setPointingDevices:", NSArray *)
METHOD1 (void, VZVirtualMachineConfiguration, setKeyboards, "setKeyboards:", NSArray *)
METHOD1 (BOOL, VZVirtualMachineConfiguration, validate, "validateWithError:", NSError **)
METHOD1 (BOOL, VZVirtualMachineConfiguration, validateSaveRestoreSupport,
         "validateSaveRestoreSupportWithError:", NSError **)

#endif
