/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-linux-rosetta-caching-options.h"

#include "foundation/config/vz-field.h"

/**
 * VzLinuxRosettaCachingOptions:
 *
 * Where programs in the guest reach the daemon that caches translations. There is none on Linux, so
 * validation rejects a share with such options. Apple: `VZLinuxRosettaCachingOptions`.
 *
 * QEMU: nothing; qemu-user keeps a translation only as long as the program runs.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzLinuxRosettaCachingOptions, vz_linux_rosetta_caching_options)
