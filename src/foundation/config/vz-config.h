/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/**
 * VzConfig:
 *
 * The base of all classes that describe a machine: values with properties that can be copied,
 * compared, validated, and converted to and from JSON. Not in Apple's framework.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
#define VZ_TYPE_CONFIG (vz_config_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzConfig, vz_config, VZ, CONFIG, GObject)

/**
 * VzConfigClass:
 *
 * The class of #VzConfig. Classes outside libvz cannot be derived from it.
 */
struct _VzConfigClass {
  GObjectClass parent_class;

  /*< private >*/
  gconstpointer table; /* VzFieldTable, see vz-field.h; NULL in abstract classes */
};

VZ_PUBLIC
VzConfig *vz_config_copy (VzConfig *self);
VZ_PUBLIC
gboolean vz_config_equal (VzConfig *self, VzConfig *other);
VZ_PUBLIC
gboolean vz_config_validate (VzConfig *self, GError **error);

VZ_PUBLIC
char *vz_config_to_json (VzConfig *self, const char *base_dir);
VZ_PUBLIC
VzConfig *vz_config_from_json (const char *json, GError **error);
VZ_PUBLIC
void vz_config_resolve_paths (VzConfig *self, const char *base_dir);

VZ_PUBLIC
gboolean vz_config_set_from_string (VzConfig *self, const char *property_path, const char *value,
                                    GError **error);
VZ_PUBLIC
char *vz_config_describe_fields (GType type);
VZ_PUBLIC
GType *vz_config_list_types (guint *ret_n_types);

G_END_DECLS
