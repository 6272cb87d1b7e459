/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-image.h"

#include "interrupt.h"

/* Calls @ask with a handler, and waits until that was called. */
static VZMacOSRestoreImage *
wait_for_image (void (^ask) (VZRestoreImageHandler), const char *what, Failure *failure)
{
  dispatch_semaphore_t done = dispatch_semaphore_create (0);
  __block VZMacOSRestoreImage *image = NULL;
  __block NSError *error = NULL;

  /* Both belong to the pool of the thread that the handler is called on: kept for this one. */
  ask (^(VZMacOSRestoreImage *found, NSError *reason) {
    image = retain (found);
    error = retain (reason);
    dispatch_semaphore_signal (done);
  });
  if (!wait_for (done)) /* the handler may come yet: the semaphore stays for it */
    {
      fail_interrupted (failure);
      return NULL;
    }
  dispatch_release (done);
  autorelease (error);
  if (image == NULL)
    fail_error (failure, what, error);
  return autorelease (image);
}

VZMacOSRestoreImage *
restore_image_fetch_latest_supported (Failure *failure)
{
  return wait_for_image (
    ^(VZRestoreImageHandler handler) {
      VZMacOSRestoreImage_fetchLatestSupported (handler);
    },
    "the latest restore image cannot be found", failure);
}

VZMacOSRestoreImage *
restore_image_load (const char *path, Failure *failure)
{
  return wait_for_image (
    ^(VZRestoreImageHandler handler) {
      VZMacOSRestoreImage_load_file (file_url (path), handler);
    },
    "the restore image cannot be loaded", failure);
}
