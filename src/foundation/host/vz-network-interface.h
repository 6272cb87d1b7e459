/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The host's network interfaces, as sysfs shows them in this network namespace. */

typedef enum {
  VZ_NETWORK_INTERFACE_ABSENT,
  VZ_NETWORK_INTERFACE_OTHER,
  VZ_NETWORK_INTERFACE_BRIDGE,
  VZ_NETWORK_INTERFACE_MACVTAP, /* on top of another interface, with a device file for its frames */
} VzNetworkInterfaceKind;

/* ABSENT also for what cannot be a name. */
VzNetworkInterfaceKind vz_network_interface_get_kind (const char *name);
/* Such as "address" or "ifalias"; NULL: there is none, or it is empty. */
char *vz_network_interface_dup_attribute (const char *name, const char *attribute);
/* All that are there, sorted. */
GStrv vz_network_interface_list (void);

G_END_DECLS
