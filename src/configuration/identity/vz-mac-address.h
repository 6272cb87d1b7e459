/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_ADDRESS (vz_mac_address_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMACAddress, vz_mac_address, VZ, MAC_ADDRESS, GObject)

VZ_PUBLIC
VzMACAddress *vz_mac_address_new_from_string (const char *text);
VZ_PUBLIC
VzMACAddress *vz_mac_address_new_from_bytes (const guint8 *bytes);
VZ_PUBLIC
VzMACAddress *vz_mac_address_new_random_locally_administered (void);

VZ_PUBLIC
const char *vz_mac_address_to_string (VzMACAddress *self);
VZ_PUBLIC
const guint8 *vz_mac_address_get_bytes (VzMACAddress *self);
VZ_PUBLIC
gboolean vz_mac_address_equal (VzMACAddress *self, VzMACAddress *other);
VZ_PUBLIC
gboolean vz_mac_address_is_broadcast (VzMACAddress *self);
VZ_PUBLIC
gboolean vz_mac_address_is_multicast (VzMACAddress *self);
VZ_PUBLIC
gboolean vz_mac_address_is_unicast (VzMACAddress *self);
VZ_PUBLIC
gboolean vz_mac_address_is_locally_administered (VzMACAddress *self);
VZ_PUBLIC
gboolean vz_mac_address_is_universally_administered (VzMACAddress *self);

G_END_DECLS
