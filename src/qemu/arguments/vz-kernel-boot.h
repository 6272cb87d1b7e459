/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A Linux that the machine's firmware starts by itself, in place of what is on its disks, once:
 * when that guest restarts, the run is over. Under EFI it is there as if a boot loader had been. */
typedef struct {
  char *kernel; /* path */
  char *ramdisk; /* path */
  char *options; /* its command line */
} VzKernelBoot;

G_END_DECLS
