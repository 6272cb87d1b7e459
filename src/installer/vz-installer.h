/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "installer/vz-guest-settings.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

#define VZ_TYPE_INSTALLER (vz_installer_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzInstaller, vz_installer, VZ, INSTALLER, GObject)

VZ_PUBLIC
VzInstaller *vz_installer_new (VzVirtualMachine *virtual_machine, const char *restore_image_path);

VZ_PUBLIC
VzVirtualMachine *vz_installer_get_virtual_machine (VzInstaller *self);
VZ_PUBLIC
const char *vz_installer_get_restore_image_path (VzInstaller *self);
VZ_PUBLIC
VzProgress *vz_installer_get_progress (VzInstaller *self);
VZ_PUBLIC
VzGuestSettings *vz_installer_get_settings (VzInstaller *self);
VZ_PUBLIC
void vz_installer_set_settings (VzInstaller *self, VzGuestSettings *settings);

VZ_PUBLIC
gboolean vz_installer_can_resume (VzInstaller *self, GCancellable *cancellable, GError **error);

VZ_PUBLIC
gboolean vz_installer_install (VzInstaller *self, GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_installer_install_async (VzInstaller *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_installer_install_finish (VzInstaller *self, GAsyncResult *result, GError **error);

VZ_PUBLIC
const char *vz_installer_get_note (VzInstaller *self);

G_END_DECLS
