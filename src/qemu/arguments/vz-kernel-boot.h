/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A Linux that the machine's firmware starts by itself, instead of what is on its disks, once: when
 * that guest restarts, the run ends. Under EFI, it finds itself as if started by a boot loader. */
typedef struct {
  char *kernel; /* path */
  char *ramdisk; /* path */
  char *options; /* its command line */
} VzKernelBoot;

G_END_DECLS
