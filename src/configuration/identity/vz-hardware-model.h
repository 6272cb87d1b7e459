/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_HARDWARE_MODEL (vz_hardware_model_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzHardwareModel, vz_hardware_model, VZ, HARDWARE_MODEL, GObject)

struct _VzHardwareModelClass {
  /*< private >*/
  GObjectClass parent_class;
  void (*complete) (VzHardwareModel *self); /* sets the data; NULL if they are always set */
  gboolean (*is_supported) (VzHardwareModel *self);
  gboolean (*has_equal_content) (VzHardwareModel *self, VzHardwareModel *other);
  char *(*describe) (VzHardwareModel *self);
};

VZ_PUBLIC
VzHardwareModel *vz_hardware_model_new_from_data (GBytes *data, GError **error);
VZ_PUBLIC
GBytes *vz_hardware_model_get_data_representation (VzHardwareModel *self);
VZ_PUBLIC
gboolean vz_hardware_model_is_supported (VzHardwareModel *self);
VZ_PUBLIC
gboolean vz_hardware_model_equal (VzHardwareModel *self, VzHardwareModel *other);
VZ_PUBLIC
char *vz_hardware_model_describe (VzHardwareModel *self);

G_END_DECLS
