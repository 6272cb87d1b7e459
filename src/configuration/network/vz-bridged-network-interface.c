/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-bridged-network-interface.h"

#include "foundation/config/vz-field.h"

#include <string.h>

/**
 * VzBridgedNetworkInterface:
 *
 * A bridge of this host, to which machines can be connected. Apple: `VZBridgedNetworkInterface`,
 * which can be any interface: Linux does not turn one into a bridge by itself.
 *
 * QEMU: see #VzBridgedNetworkDeviceAttachment.
 *
 * Since: 0.1
 */
struct _VzBridgedNetworkInterface {
  VzConfig parent_instance;

  char *identifier;
};

#define INTERFACES "/sys/class/net"
#define MAX_NAME 15 /* of Linux */

static const VzField fields[] = {
  VZ_STRING ("identifier", VzBridgedNetworkInterface, identifier,
             "the interface's name, such as br0", .flags = VZ_FIELD_REQUIRED),
};

static gboolean
is_bridge (const char *name)
{
  g_autofree char *path = g_build_filename (INTERFACES, name, "bridge", NULL);

  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzBridgedNetworkInterface *self = VZ_BRIDGED_NETWORK_INTERFACE (config);
  g_autofree char *path = NULL;

  if (self->identifier == NULL || *self->identifier == '\0')
    return;
  path = g_build_filename (INTERFACES, self->identifier, NULL);
  if (strlen (self->identifier) > MAX_NAME || strchr (self->identifier, '/') != NULL ||
      !g_file_test (path, G_FILE_TEST_EXISTS))
    vz_problems_add (problems, config, "identifier", self->identifier,
                     "must be a network interface of this host");
  else if (!is_bridge (self->identifier))
    vz_problems_add (problems, config, "identifier", self->identifier,
                     "must be a bridge, which root can create: 'ip link add br0 type bridge', 'ip "
                     "link set %s master br0'",
                     self->identifier);
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

static int
compare (gconstpointer a, gconstpointer b)
{
  const VzBridgedNetworkInterface *const *first = a;
  const VzBridgedNetworkInterface *const *second = b;

  return strcmp ((*first)->identifier, (*second)->identifier);
}

/**
 * vz_bridged_network_interface_get_network_interfaces:
 *
 * Apple: `networkInterfaces`.
 *
 * Returns: (transfer full) (element-type VzBridgedNetworkInterface): the bridges of this host,
 * sorted by name
 */
GPtrArray *
vz_bridged_network_interface_get_network_interfaces (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GDir) dir = g_dir_open (INTERFACES, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_bridge (name))
      g_ptr_array_add (list, vz_bridged_network_interface_new (name));
  g_ptr_array_sort (list, compare);
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
  g_autofree char *path = NULL;
  char *text = NULL;

  g_return_val_if_fail (VZ_IS_BRIDGED_NETWORK_INTERFACE (self), NULL);
  if (self->identifier == NULL)
    return NULL;
  path = g_build_filename (INTERFACES, self->identifier, "ifalias", NULL);
  if (!g_file_get_contents (path, &text, NULL, NULL) || *g_strstrip (text) == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}
