/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-directory-share.h"

#include "foundation/config/vz-field.h"

/**
 * VzDirectoryShare:
 *
 * What a directory sharing device shows to the guest. Apple: `VZDirectoryShare`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzDirectoryShare, vz_directory_share)
