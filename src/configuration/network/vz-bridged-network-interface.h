/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_BRIDGED_NETWORK_INTERFACE (vz_bridged_network_interface_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzBridgedNetworkInterface, vz_bridged_network_interface, VZ,
                      BRIDGED_NETWORK_INTERFACE, VzConfig)

VZ_PUBLIC
VzBridgedNetworkInterface *vz_bridged_network_interface_new (const char *identifier);
VZ_PUBLIC
GPtrArray *vz_bridged_network_interface_get_network_interfaces (void);
VZ_PUBLIC
const char *vz_bridged_network_interface_get_identifier (VzBridgedNetworkInterface *self);
VZ_PUBLIC
void vz_bridged_network_interface_set_identifier (VzBridgedNetworkInterface *self,
                                                  const char *identifier);
VZ_PUBLIC
char *vz_bridged_network_interface_dup_localized_display_name (VzBridgedNetworkInterface *self);

G_END_DECLS
