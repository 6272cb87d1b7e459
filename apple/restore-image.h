/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Apple's restore image class answers later and on any thread; these wait for it. */

#ifndef APPLE_RESTORE_IMAGE_H
#define APPLE_RESTORE_IMAGE_H

#include "failure.h"
#include "virtualization.h"

/* The newest image that this Mac can install, as Apple's catalog has it. NULL if there is none. */
VZMacOSRestoreImage *restore_image_fetch_latest_supported (Failure *failure);

/* The image in a file. NULL if it is not one. */
VZMacOSRestoreImage *restore_image_load (const char *path, Failure *failure);

#endif
