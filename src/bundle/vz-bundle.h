/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-hardware-model.h"
#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_BUNDLE (vz_bundle_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzBundle, vz_bundle, VZ, BUNDLE, GObject)

VZ_PUBLIC
VzBundle *vz_bundle_open (const char *path, GError **error);
VZ_PUBLIC
VzBundle *vz_bundle_look (const char *path, GError **error);
VZ_PUBLIC
VzBundle *vz_bundle_create (const char *path, GError **error);
VZ_PUBLIC
VzBundle *vz_bundle_resume (const char *path, GError **error);
VZ_PUBLIC
gboolean vz_bundle_get_replaced_partial (VzBundle *self);
VZ_PUBLIC
gboolean vz_bundle_is_partial (VzBundle *self);
VZ_PUBLIC
gboolean vz_bundle_is_unfinished (VzBundle *self);
VZ_PUBLIC
gboolean vz_bundle_commit (VzBundle *self, GError **error);
VZ_PUBLIC
gboolean vz_bundle_discard (VzBundle *self, GError **error);
VZ_PUBLIC
gboolean vz_bundle_delete (VzBundle *self, GError **error);

VZ_PUBLIC
gboolean vz_bundle_is_in_use (VzBundle *self, int *ret_pid, char **ret_purpose);
VZ_PUBLIC
gboolean vz_bundle_check_at_rest (VzBundle *self, GError **error);
VZ_PUBLIC
gboolean vz_bundle_is_running (VzBundle *self);
VZ_PUBLIC
gboolean vz_bundle_is_same_machine (VzBundle *self, VzBundle *other);

VZ_PUBLIC
const char *vz_bundle_get_path (VzBundle *self);
VZ_PUBLIC
const char *vz_bundle_get_directory (VzBundle *self);
VZ_PUBLIC
char *vz_bundle_dup_disk_image_path (VzBundle *self);
VZ_PUBLIC
char *vz_bundle_dup_auxiliary_storage_path (VzBundle *self);
VZ_PUBLIC
char *vz_bundle_dup_hardware_model_path (VzBundle *self);
VZ_PUBLIC
char *vz_bundle_dup_machine_identifier_path (VzBundle *self);
VZ_PUBLIC
char *vz_bundle_dup_configuration_path (VzBundle *self);
VZ_PUBLIC
char *vz_bundle_dup_restore_image_path (VzBundle *self);
VZ_PUBLIC
char *vz_bundle_dup_save_file_path (VzBundle *self);

VZ_PUBLIC
VzHardwareModel *vz_bundle_load_hardware_model (VzBundle *self, GError **error);
VZ_PUBLIC
VzMachineIdentifier *vz_bundle_load_machine_identifier (VzBundle *self, GError **error);
VZ_PUBLIC
gboolean vz_bundle_set_hardware_model (VzBundle *self, VzHardwareModel *model, GError **error);
VZ_PUBLIC
void vz_bundle_set_clone_host_name (VzBundle *self, const char *host_name);
VZ_PUBLIC
const char *vz_bundle_get_clone_host_name (VzBundle *self);
VZ_PUBLIC
gboolean vz_bundle_set_machine_identifier (VzBundle *self, VzMachineIdentifier *identifier,
                                           GError **error);
VZ_PUBLIC
gboolean vz_bundle_create_disk_image (VzBundle *self, guint64 size, GError **error);

VZ_PUBLIC
VzVirtualMachineConfiguration *vz_bundle_load_configuration (VzBundle *self, GError **error);
VZ_PUBLIC
gboolean vz_bundle_save_configuration (VzBundle *self, VzVirtualMachineConfiguration *configuration,
                                       GError **error);

/**
 * VzBundleChange:
 * @configuration: the bundle's configuration, with absolute paths, to be changed
 * @user_data: what vz_bundle_change_configuration() was given
 * @error: return location for an error, or %NULL
 *
 * Returns: whether to write the changed configuration
 */
typedef gboolean (*VzBundleChange) (VzVirtualMachineConfiguration *configuration,
                                    gpointer user_data, GError **error);
VZ_PUBLIC
gboolean vz_bundle_change_configuration (VzBundle *self, VzBundleChange change, gpointer user_data,
                                         GError **error);

VZ_PUBLIC
gboolean vz_bundle_set_secure_boot (VzBundle *self, gboolean secure_boot, GError **error);

VZ_PUBLIC
GStrv vz_bundle_check (VzBundle *self);
VZ_PUBLIC
char *vz_bundle_dup_damage (VzBundle *self);
VZ_PUBLIC
GPtrArray *vz_bundle_list (GError **error);
VZ_PUBLIC
char *vz_bundle_dup_default_path (void);
VZ_PUBLIC
GStrv vz_bundle_list_paths (GError **error);
VZ_PUBLIC
gboolean vz_bundle_forget (const char *path, GError **error);

G_END_DECLS
