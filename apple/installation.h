/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A machine and its installer, on a queue of their own. */

#ifndef APPLE_INSTALLATION_H
#define APPLE_INSTALLATION_H

#include "failure.h"
#include "virtualization.h"

/* Makes a machine of @configuration and installs the restore image in the file @image into it.
 * Prints the progress. Interrupted, the installation is cancelled, which is waited for. */
bool install (VZVirtualMachineConfiguration *configuration, const char *image, Failure *failure);

#endif
