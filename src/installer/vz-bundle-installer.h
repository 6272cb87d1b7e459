/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"
#include "image/vz-restore-image.h"
#include "installer/vz-guest-settings.h"
#include "machine/vz-virtual-machine.h"
#include "systems/vz-disk-proof.h"

G_BEGIN_DECLS

#define VZ_TYPE_BUNDLE_INSTALLER (vz_bundle_installer_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzBundleInstaller, vz_bundle_installer, VZ, BUNDLE_INSTALLER, GObject)

VZ_PUBLIC
VzBundleInstaller *vz_bundle_installer_new (const char *path);

VZ_PUBLIC
void vz_bundle_installer_set_size (VzBundleInstaller *self, guint cpu_count, guint64 memory_size,
                                   guint64 disk_size);
VZ_PUBLIC
void vz_bundle_installer_get_size (VzBundleInstaller *self, guint *ret_cpu_count,
                                   guint64 *ret_memory_size, guint64 *ret_disk_size);
VZ_PUBLIC
void vz_bundle_installer_set_published_ports (VzBundleInstaller *self, GPtrArray *ports);
VZ_PUBLIC
void vz_bundle_installer_set_keep_image (VzBundleInstaller *self, gboolean keep_image);
VZ_PUBLIC
VzGuestSettings *vz_bundle_installer_get_settings (VzBundleInstaller *self);

VZ_PUBLIC
gboolean vz_bundle_installer_check (VzBundleInstaller *self, GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_set_image (VzBundleInstaller *self, VzRestoreImage *image,
                                        GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_set_disk (VzBundleInstaller *self, const char *location,
                                       VzDiskProof *proof, GCancellable *cancellable,
                                       GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_check_disk (VzBundleInstaller *self, const char *location,
                                         VzDiskProof *proof, GCancellable *cancellable,
                                         GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_check_system (VzBundleInstaller *self, VzSystem *system,
                                           GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_set_system (VzBundleInstaller *self, VzSystem *system,
                                         VzDiskProof *proof, GCancellable *cancellable,
                                         GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_set_iso (VzBundleInstaller *self, const char *location,
                                      VzDiskProof *proof, GCancellable *cancellable,
                                      GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_check_iso (VzBundleInstaller *self, const char *location,
                                        VzDiskProof *proof, GCancellable *cancellable,
                                        GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_set_unattended (VzBundleInstaller *self, const char *script,
                                             GError **error);
VZ_PUBLIC
const char *vz_bundle_installer_get_unattended_system (VzBundleInstaller *self);
VZ_PUBLIC
gboolean vz_bundle_installer_prepare (VzBundleInstaller *self, GCancellable *cancellable,
                                      GError **error);
VZ_PUBLIC
VzVirtualMachine *vz_bundle_installer_get_machine (VzBundleInstaller *self);
VZ_PUBLIC
void vz_bundle_installer_give_up (VzBundleInstaller *self);
VZ_PUBLIC
gboolean vz_bundle_installer_set_cloud_init_file (VzBundleInstaller *self, const char *path,
                                                  GError **error);
VZ_PUBLIC
gboolean vz_bundle_installer_set_ignition_file (VzBundleInstaller *self, const char *path,
                                                GError **error);
VZ_PUBLIC
const char *vz_bundle_installer_get_settings_way (VzBundleInstaller *self);
VZ_PUBLIC
void vz_bundle_installer_set_leave_guest (VzBundleInstaller *self, gboolean leave_guest);
VZ_PUBLIC
const char *vz_bundle_installer_get_note (VzBundleInstaller *self);
VZ_PUBLIC
gboolean vz_bundle_installer_claim (VzBundleInstaller *self, GError **error);
VZ_PUBLIC
VzBundle *vz_bundle_installer_get_bundle (VzBundleInstaller *self);
VZ_PUBLIC
gboolean vz_bundle_installer_get_resumes (VzBundleInstaller *self);
VZ_PUBLIC
VzProgress *vz_bundle_installer_get_progress (VzBundleInstaller *self);

VZ_PUBLIC
gboolean vz_bundle_installer_install (VzBundleInstaller *self, GCancellable *cancellable,
                                      GError **error);
VZ_PUBLIC
void vz_bundle_installer_install_async (VzBundleInstaller *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_bundle_installer_install_finish (VzBundleInstaller *self, GAsyncResult *result,
                                             GError **error);

G_END_DECLS
