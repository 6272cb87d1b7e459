/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* A QEMU with the board that macOS guests start on, as far as can be found out without starting a
 * machine. Builds differ, so their features are examined, not their version. */
typedef struct {
  char *binary;
  char *version; /* "10.0.2" */
  char *machine; /* "vmapple", or the name that a fork gave it */
  GHashTable *options; /* of the machine */
  GHashTable *processor; /* properties of the processor `max` */
  gboolean has_sandbox; /* compiled with seccomp */
  gboolean has_reims; /* a screen without Apple's framework */
} VzVmapple;

/* The QEMU named by VZ_QEMU or the settings' `qemu`, otherwise the one for aarch64 guests.
 * NOT_SUPPORTED names everything that it lacks. A QEMU is queried only once. */
VzVmapple *vz_vmapple_find (GError **error);
void vz_vmapple_unref (VzVmapple *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzVmapple, vz_vmapple_unref)

gboolean vz_vmapple_has_option (const VzVmapple *self, const char *name);
gboolean vz_vmapple_has_processor_option (const VzVmapple *self, const char *name);

/* Apple's boot ROM for virtual Macs, which the user names with VZ_AVPBOOTER or the settings'
 * `avpbooter`. NOT_SUPPORTED if it is not named, or cannot be one. */
char *vz_vmapple_find_boot_rom (GError **error);

G_END_DECLS
