/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-bridged-network-interface.h"

#include "foundation/config/vz-field.h"
#include "foundation/host/vz-network-interface.h"

/**
 * VzBridgedNetworkInterface:
 *
 * A bridge of this host, to which machines can be connected, or a macvtap interface, to which one
 * can. Apple: `VZBridgedNetworkInterface`, which can be any interface: on Linux, root has to make
 * one of these two for it.
 *
 * QEMU: see #VzBridgedNetworkDeviceAttachment.
 *
 * Since: 0.1
 */
struct _VzBridgedNetworkInterface {
  VzConfig parent_instance;

  char *identifier;
};

static const VzField fields[] = {
  VZ_STRING ("identifier", VzBridgedNetworkInterface, identifier,
             "the interface's name, such as br0", .flags = VZ_FIELD_REQUIRED),
};

static gboolean
is_usable (const char *name)
{
  VzNetworkInterfaceKind kind = vz_network_interface_get_kind (name);

  return kind == VZ_NETWORK_INTERFACE_BRIDGE || kind == VZ_NETWORK_INTERFACE_MACVTAP;
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzBridgedNetworkInterface *self = VZ_BRIDGED_NETWORK_INTERFACE (config);

  if (self->identifier == NULL || *self->identifier == '\0')
    return;
  if (vz_network_interface_get_kind (self->identifier) == VZ_NETWORK_INTERFACE_ABSENT)
    vz_problems_add (problems, config, "identifier", self->identifier,
                     "must be a network interface of this host");
  else if (!is_usable (self->identifier))
    vz_problems_add (problems, config, "identifier", self->identifier,
                     "must be a bridge or a macvtap interface, which root can create: 'ip link add "
                     "br0 type bridge', 'ip link set %s master br0'; or 'ip link add link %s name "
                     "macvtap0 address MAC type macvtap mode bridge' with the machine's MAC "
                     "address, 'ip link set macvtap0 up'",
                     self->identifier, self->identifier);
}

VZ_DEFINE_CONFIG (VzBridgedNetworkInterface, vz_bridged_network_interface, VZ_TYPE_CONFIG,
                  .check = check)

/**
 * vz_bridged_network_interface_new:
 * @identifier: (nullable): the interface's name
 *
 * Makes an object for an interface from its name. Not in Apple's framework, which only lists
 * interfaces.
 *
 * Returns: (transfer full): the interface
 */
VzBridgedNetworkInterface *
vz_bridged_network_interface_new (const char *identifier)
{
  return g_object_new (VZ_TYPE_BRIDGED_NETWORK_INTERFACE, "identifier", identifier, NULL);
}

/**
 * vz_bridged_network_interface_get_network_interfaces:
 *
 * Apple: `networkInterfaces`.
 *
 * Returns: (transfer full) (element-type VzBridgedNetworkInterface): the bridges and
 *   macvtap interfaces of this host, sorted by name
 */
GPtrArray *
vz_bridged_network_interface_get_network_interfaces (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) names = vz_network_interface_list ();

  for (guint i = 0; names[i] != NULL; i++)
    if (is_usable (names[i]))
      g_ptr_array_add (list, vz_bridged_network_interface_new (names[i]));
  return list;
}

VZ_ACCESS_STRING (VzBridgedNetworkInterface, vz_bridged_network_interface, identifier)

/**
 * vz_bridged_network_interface_dup_localized_display_name:
 * @self: an interface
 *
 * Apple: `localizedDisplayName`.
 *
 * Returns: (transfer full) (nullable): the name that the administrator gave it (`ip link set br0
 *   alias TEXT`), or %NULL
 */
char *
vz_bridged_network_interface_dup_localized_display_name (VzBridgedNetworkInterface *self)
{
  g_return_val_if_fail (VZ_IS_BRIDGED_NETWORK_INTERFACE (self), NULL);
  return self->identifier != NULL ? vz_network_interface_dup_attribute (self->identifier, "ifalias")
                                  : NULL;
}
