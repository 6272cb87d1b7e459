/* SPDX-License-Identifier: LGPL-2.1-or-later */
#import "standin.h"

#include <objc/runtime.h>
#include <stdlib.h>

const char *
option (const char *name, const char *otherwise)
{
  char variable[64];
  const char *value;

  snprintf (variable, sizeof variable, "STANDIN_%s", name);
  value = getenv (variable);
  return value != NULL ? value : otherwise;
}

unsigned long long
option_number (const char *name, unsigned long long otherwise)
{
  const char *value = option (name, NULL);

  return value != NULL ? strtoull (value, NULL, 10) : otherwise;
}

BOOL
is_macos (NSInteger major)
{
  return (NSInteger) option_number ("MACOS", 14) >= major;
}

/* ---- Classes that are not everywhere -------------------------------------------------------- */

extern Class __real_objc_getClass (const char *name);
Class __wrap_objc_getClass (const char *name);

Class
__wrap_objc_getClass (const char *name)
{
  BOOL is_intel = strcmp (option ("HOST", ""), "intel") == 0;

  if (is_intel && strncmp (name, "VZMac", 5) == 0)
    return Nil;
  if (!is_macos (14) && strcmp (name, "VZMacKeyboardConfiguration") == 0)
    return Nil;
  if (!is_macos (13) && strcmp (name, "VZMacTrackpadConfiguration") == 0)
    return Nil;
  return __real_objc_getClass (name);
}

/* ---- Errors --------------------------------------------------------------------------------- */

/* What was attempted, and why that failed: a space between. */
static NSString *
failure_text (NSInteger code)
{
  switch (code)
    {
    case 2:
      return @"Invalid virtual machine configuration.";
    case 6:
      return @"The number of virtual machines exceeds the limit.";
    case 12:
      return @"An error occurred while restoring the virtual machine.";
    case 10001:
      return @"The restore image catalog failed to load.";
    case 10003:
      return @"No supported restore images in catalog.";
    case 10006:
      return @"Installation requires a software update.";
    case 10007:
      return @"Installation failed.";
    default:
      return [NSString stringWithFormat:@"Operation failed (%ld).", (long) code];
    }
}

NSError *
make_error (NSInteger code, NSString *reason, NSError *cause)
{
  NSMutableDictionary *info = [NSMutableDictionary dictionary];
  NSString *text = [NSString stringWithFormat:@"%@ %@", failure_text (code), reason];

  [info setObject:text forKey:NSLocalizedDescriptionKey];
  [info setObject:reason forKey:@"NSLocalizedFailureReason"];
  if (cause != nil)
    [info setObject:cause forKey:@"NSUnderlyingError"]; /* the key as Apple has it */
  return [NSError errorWithDomain:@"VZErrorDomain" code:code userInfo:info];
}

NSError *
chosen_error (const char *operation)
{
  const char *list = option ("FAIL", "");
  size_t length = strlen (operation);

  for (const char *at = list; at != NULL; at = strchr (at, ','))
    {
      at += *at == ',' ? 1 : 0;
      if (strncmp (at, operation, length) == 0 && at[length] == '=')
        return make_error (strtol (at + length + 1, NULL, 10), @"It was chosen to.", nil);
    }
  return nil;
}

/* The category's method takes the place of the class's own: the tests have a host of their own. */
#pragma clang diagnostic ignored "-Wobjc-protocol-method-implementation"

/* ---- The host ------------------------------------------------------------------------------- */

typedef struct {
  NSInteger major, minor, patch;
} NSOperatingSystemVersion;

@interface NSProcessInfo (Standin)
- (BOOL)isOperatingSystemAtLeastVersion:(NSOperatingSystemVersion)version;
@end

@implementation NSProcessInfo (Standin)

- (NSUInteger)processorCount
{
  return option_number ("CPUS", 8);
}

- (BOOL)isOperatingSystemAtLeastVersion:(NSOperatingSystemVersion)version
{
  return is_macos (version.major);
}

@end
