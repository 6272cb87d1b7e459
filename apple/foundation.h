/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The classes of Apple's Foundation that the programs use. */

#ifndef APPLE_FOUNDATION_H
#define APPLE_FOUNDATION_H

#include "objc.h"

typedef struct NSArray NSArray;
typedef struct NSAutoreleasePool NSAutoreleasePool;
typedef struct NSData NSData;
typedef struct NSDictionary NSDictionary;
typedef struct NSError NSError;
typedef struct NSJSONSerialization NSJSONSerialization;
typedef struct NSNumber NSNumber;
typedef struct NSObject NSObject;
typedef struct NSProcessInfo NSProcessInfo;
typedef struct NSProgress NSProgress;
typedef struct NSString NSString;
typedef struct NSURL NSURL;

typedef struct {
  NSInteger major, minor, patch;
} NSOperatingSystemVersion;

enum { NSKeyValueObservingOptionNew = 1 };

CLASS_METHOD1 (NSArray *, NSArray, with_object, "arrayWithObject:", void *)
METHOD0 (NSUInteger, NSArray, count, "count")
METHOD1 (void *, NSArray, objectAtIndex, "objectAtIndex:", NSUInteger)

/* A pool is the one thing that does not belong to a pool. */
static inline NSAutoreleasePool *
NSAutoreleasePool_new (void)
{
  return ((NSAutoreleasePool * (*) (void *, SEL)) objc_msgSend) (alloc ("NSAutoreleasePool"),
                                                                 sel_registerName ("init"));
}
METHOD0 (void, NSAutoreleasePool, drain, "drain")

CLASS_METHOD2 (NSData *, NSData, with_bytes, "dataWithBytes:length:", const void *, NSUInteger)
METHOD0 (const void *, NSData, bytes, "bytes")
METHOD0 (NSUInteger, NSData, length, "length")

METHOD1 (void *, NSDictionary, objectForKey, "objectForKey:", NSString *)

METHOD0 (NSString *, NSError, domain, "domain")
METHOD0 (NSInteger, NSError, code, "code")
METHOD0 (NSString *, NSError, localizedDescription, "localizedDescription")
METHOD0 (NSDictionary *, NSError, userInfo, "userInfo")

CLASS_METHOD3 (void *, NSJSONSerialization, object_with_data,
               "JSONObjectWithData:options:error:", NSData *, NSUInteger, NSError **)

METHOD0 (unsigned long long, NSNumber, unsignedLongLongValue, "unsignedLongLongValue")

CLASS_METHOD0 (NSProcessInfo *, NSProcessInfo, processInfo, "processInfo")
METHOD0 (NSUInteger, NSProcessInfo, processorCount, "processorCount")
METHOD1 (BOOL, NSProcessInfo, isOperatingSystemAtLeastVersion,
         "isOperatingSystemAtLeastVersion:", NSOperatingSystemVersion)

METHOD0 (double, NSProgress, fractionCompleted, "fractionCompleted")
METHOD0 (void, NSProgress, cancel, "cancel")
METHOD4 (void, NSProgress, addObserver, "addObserver:forKeyPath:options:context:", id, NSString *,
         NSUInteger, void *)
METHOD2 (void, NSProgress, removeObserver, "removeObserver:forKeyPath:", id, NSString *)

CLASS_METHOD1 (NSString *, NSString, with_utf8, "stringWithUTF8String:", const char *)
METHOD0 (const char *, NSString, UTF8String, "UTF8String")
METHOD1 (BOOL, NSString, isEqualToString, "isEqualToString:", NSString *)

CLASS_METHOD1 (NSURL *, NSURL, file_with_path, "fileURLWithPath:", NSString *)
METHOD0 (NSString *, NSURL, absoluteString, "absoluteString")

METHOD1 (BOOL, NSObject, isKindOfClass, "isKindOfClass:", Class)

/* What is new in macOS 14 of the framework: the Mac keyboard, saving and restoring a machine. */
static inline bool
is_macos_14 (void)
{
  NSOperatingSystemVersion sonoma = { 14, 0, 0 };

  return NSProcessInfo_isOperatingSystemAtLeastVersion (NSProcessInfo_processInfo (), sonoma);
}

static inline NSURL *
file_url (const char *path)
{
  return NSURL_file_with_path (NSString_with_utf8 (path));
}

#endif
