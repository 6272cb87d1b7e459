/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-installer.h"

G_BEGIN_DECLS

/* For a guest with cloud-init or Ignition, before the installation begins: @user_data and
 * @ignition_data (nullable) are given to it along with the settings; with @leave_guest it is not
 * booted and gets none of them. */
void vz_installer_set_first_boot (VzInstaller *self, GBytes *user_data, GBytes *ignition_data,
                                  gboolean leave_guest);

G_END_DECLS
