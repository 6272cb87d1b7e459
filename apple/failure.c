/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "virtualization.h"

static bool
set (Failure *failure, int exit_code, const char *format, va_list arguments)
{
  if (failure->exit_code == EXIT_DONE)
    {
      failure->exit_code = exit_code;
      vsnprintf (failure->message, sizeof failure->message, format, arguments);
    }
  return false;
}

bool
fail (Failure *failure, int exit_code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  set (failure, exit_code, format, arguments);
  va_end (arguments);
  return false;
}

bool
fail_errno (Failure *failure, const char *format, ...)
{
  int cause = errno;
  char what[sizeof failure->message];
  va_list arguments;

  va_start (arguments, format);
  vsnprintf (what, sizeof what, format, arguments);
  va_end (arguments);
  return fail (failure, cause == ENOSPC ? EXIT_HOST : EXIT_FAILED, "%s: %s", what,
               strerror (cause));
}

bool
fail_interrupted (Failure *failure)
{
  return fail (failure, EXIT_INTERRUPTED, "interrupted");
}

static bool
is_of_domain (NSError *error, const char *domain)
{
  return error != NULL &&
         NSString_isEqualToString (NSError_domain (error), NSString_with_utf8 (domain));
}

/* Somebody else has the machine's files locked: another program that runs or installs it. */
static bool
is_locked (NSError *error)
{
  NSError *cause =
    NSDictionary_objectForKey (NSError_userInfo (error), NSString_with_utf8 ("NSUnderlyingError"));

  return is_of_domain (cause, "NSPOSIXErrorDomain") && NSError_code (cause) == EAGAIN;
}

static int
exit_code_for (NSError *error)
{
  if (!is_of_domain (error, "VZErrorDomain"))
    return EXIT_FAILED;
  if (is_locked (error))
    return EXIT_BUSY;
  switch (NSError_code (error))
    {
    case VZErrorNotSupported:
    case VZErrorOutOfDiskSpace:
    case VZErrorNoSupportedRestoreImagesInCatalog:
    case VZErrorInstallationRequiresUpdate:
      return EXIT_HOST;
    case VZErrorInvalidVirtualMachineConfiguration:
    case VZErrorInvalidDiskImage:
    case VZErrorInvalidRestoreImageCatalog:
    case VZErrorRestoreImageLoadFailed:
    case VZErrorInvalidRestoreImage:
      return EXIT_INVALID;
    case VZErrorVirtualMachineLimitExceeded:
      return EXIT_BUSY;
    case VZErrorOperationCancelled:
      return EXIT_INTERRUPTED;
    default:
      return EXIT_FAILED;
    }
}

bool
fail_error (Failure *failure, const char *what, NSError *error)
{
  if (error == NULL)
    return fail (failure, EXIT_FAILED, "%s: no reason was given", what);
  return fail (failure, exit_code_for (error), "%s: %s", what,
               NSString_UTF8String (NSError_localizedDescription (error)));
}
