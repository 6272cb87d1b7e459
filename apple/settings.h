/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is chosen for a machine when it is installed, and kept in its bundle as Configuration.json
 * in vz's form (docs/bundle.md of vz), so that vz on Linux can show, check, back up and clone it,
 * and so that the machine stays the same when it is moved to another Mac. */

#ifndef APPLE_SETTINGS_H
#define APPLE_SETTINGS_H

#include "bundle.h"

#define GIBIBYTE (1024ULL * 1024 * 1024)

enum { DISPLAY_WIDTH = 1920, DISPLAY_HEIGHT = 1200, DISPLAY_PIXELS_PER_INCH = 80 };

typedef struct {
  NSUInteger cpu_count;
  uint64_t memory_size; /* bytes */
  char mac_address[18];
} Settings;

/* All processors of this Mac but one and 4 GiB, within what the framework allows. */
NSUInteger settings_choose_cpu_count (void);
uint64_t settings_choose_memory_size (void);

bool settings_write (const Settings *settings, const Bundle *bundle, Failure *failure);
/* What the file does not say is left as it is. */
bool settings_read (Settings *settings, const Bundle *bundle, Failure *failure);

#endif
