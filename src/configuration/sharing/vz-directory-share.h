/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_DIRECTORY_SHARE (vz_directory_share_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzDirectoryShare, vz_directory_share, VZ, DIRECTORY_SHARE, VzConfig)

/**
 * VzDirectoryShareClass:
 *
 * The class of #VzDirectoryShare.
 */
struct _VzDirectoryShareClass {
  VzConfigClass parent_class;
};

G_END_DECLS
