/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-generic-hardware-model.h"
#include "configuration/identity/vz-hardware-model.h"
#include "configuration/identity/vz-mac-hardware-model.h"
#include "foundation/vz-plist.h"

G_BEGIN_DECLS

/* For the subclasses: the bytes of the object, kept as read. */
void vz_hardware_model_set_data (VzHardwareModel *self, GBytes *data);

/* The object for a dictionary that has already been parsed; @data are its bytes. */
VzHardwareModel *vz_mac_hardware_model_new_from_plist (plist_t dict, GBytes *data, GError **error);
VzHardwareModel *vz_generic_hardware_model_new_from_plist (plist_t dict, GBytes *data,
                                                           GError **error);

G_END_DECLS
