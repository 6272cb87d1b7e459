/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "image/manifest/vz-build-identity.h"
#include "image/manifest/vz-configuration-requirements.h"

G_BEGIN_DECLS

#define VZ_TYPE_RESTORE_IMAGE (vz_restore_image_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzRestoreImage, vz_restore_image, VZ, RESTORE_IMAGE, GObject)

struct _VzRestoreImageClass {
  GObjectClass parent_class;
};

VZ_PUBLIC
VzRestoreImage *vz_restore_image_load (const char *location, GCancellable *cancellable,
                                       GError **error);
VZ_PUBLIC
void vz_restore_image_load_async (const char *location, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
VzRestoreImage *vz_restore_image_load_finish (GAsyncResult *result, GError **error);

VZ_PUBLIC
const char *vz_restore_image_get_url (VzRestoreImage *self);
VZ_PUBLIC
const char *vz_restore_image_get_path (VzRestoreImage *self);
VZ_PUBLIC
guint64 vz_restore_image_get_size (VzRestoreImage *self);
VZ_PUBLIC
guint64 vz_restore_image_get_unpacked_size (VzRestoreImage *self);
VZ_PUBLIC
const char *vz_restore_image_get_build_version (VzRestoreImage *self);
VZ_PUBLIC
const char *vz_restore_image_get_operating_system (VzRestoreImage *self);
VZ_PUBLIC
const char *vz_restore_image_get_operating_system_version (VzRestoreImage *self);
VZ_PUBLIC
const char *const *vz_restore_image_get_supported_product_types (VzRestoreImage *self);
VZ_PUBLIC
gboolean vz_restore_image_is_supported (VzRestoreImage *self);
VZ_PUBLIC
gboolean vz_restore_image_check_supported (VzRestoreImage *self, GError **error);
VZ_PUBLIC
const char *const *vz_restore_image_get_unsupported_reasons (VzRestoreImage *self);
VZ_PUBLIC
gboolean vz_restore_image_has_cloud_init (VzRestoreImage *self);
VZ_PUBLIC
gboolean vz_restore_image_has_ignition (VzRestoreImage *self);
VZ_PUBLIC
VzConfigurationRequirements *
vz_restore_image_get_most_featureful_supported_configuration (VzRestoreImage *self);
VZ_PUBLIC
GPtrArray *vz_restore_image_list_requirements (VzRestoreImage *self);
VZ_PUBLIC
GPtrArray *vz_restore_image_list_build_identities (VzRestoreImage *self);
VZ_PUBLIC
GPtrArray *vz_restore_image_list_components (VzRestoreImage *self);

VZ_PUBLIC
gboolean vz_restore_image_verify (VzRestoreImage *self, VzProgress *progress,
                                  GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_restore_image_verify_async (VzRestoreImage *self, VzProgress *progress,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
VZ_PUBLIC
gboolean vz_restore_image_verify_finish (VzRestoreImage *self, GAsyncResult *result,
                                         GError **error);

G_END_DECLS
