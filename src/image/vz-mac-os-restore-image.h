/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/vz-restore-image.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_OS_RESTORE_IMAGE (vz_mac_os_restore_image_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacOSRestoreImage, vz_mac_os_restore_image, VZ, MAC_OS_RESTORE_IMAGE,
                      VzRestoreImage)

VZ_PUBLIC
VzMacOSRestoreImage *vz_mac_os_restore_image_load (const char *location, GCancellable *cancellable,
                                                   GError **error);
VZ_PUBLIC
void vz_mac_os_restore_image_load_async (const char *location, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
VzMacOSRestoreImage *vz_mac_os_restore_image_load_finish (GAsyncResult *result, GError **error);

VZ_PUBLIC
VzMacOSRestoreImage *vz_mac_os_restore_image_fetch_latest (GCancellable *cancellable,
                                                           GError **error);
VZ_PUBLIC
void vz_mac_os_restore_image_fetch_latest_async (GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
VzMacOSRestoreImage *vz_mac_os_restore_image_fetch_latest_finish (GAsyncResult *result,
                                                                  GError **error);

VZ_PUBLIC
void vz_mac_os_restore_image_get_version_numbers (VzMacOSRestoreImage *self, guint *major,
                                                  guint *minor, guint *patch);

G_END_DECLS
