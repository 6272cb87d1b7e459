/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-linux-rosetta-caching-options.h"

#include "foundation/config/vz-field.h"

/**
 * VzLinuxRosettaCachingOptions:
 *
 * Where programs of the guest reach the daemon that keeps translations. There is none on Linux, so
 * that validation refuses a share with options. Apple: `VZLinuxRosettaCachingOptions`.
 *
 * QEMU: nothing; qemu-user keeps a translation as long as the program runs.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzLinuxRosettaCachingOptions, vz_linux_rosetta_caching_options)
