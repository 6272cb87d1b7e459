/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/identity/vz-mac-machine-identifier.h"

#include "configuration/identity/vz-machine-identifier-private.h"

/**
 * VzMacMachineIdentifier:
 *
 * The identifier of a Mac guest. Apple: `VZMacMachineIdentifier`.
 *
 * QEMU: nothing; no Mac guest starts.
 *
 * Since: 0.1
 */
struct _VzMacMachineIdentifier {
  VzMachineIdentifier parent_instance;
};

G_DEFINE_FINAL_TYPE (VzMacMachineIdentifier, vz_mac_machine_identifier, VZ_TYPE_MACHINE_IDENTIFIER)

static void
vz_mac_machine_identifier_init (VzMacMachineIdentifier *self)
{
}

static void
vz_mac_machine_identifier_class_init (VzMacMachineIdentifierClass *klass)
{
}

/**
 * vz_mac_machine_identifier_new:
 *
 * Returns: (transfer full): a new random identifier
 */
VzMacMachineIdentifier *
vz_mac_machine_identifier_new (void)
{
  return g_object_new (VZ_TYPE_MAC_MACHINE_IDENTIFIER, NULL);
}

/**
 * vz_mac_machine_identifier_new_with_ecid:
 * @ecid: the number, such as one found in auxiliary storage
 *
 * Returns: (transfer full): the identifier with that number
 */
VzMacMachineIdentifier *
vz_mac_machine_identifier_new_with_ecid (guint64 ecid)
{
  return VZ_MAC_MACHINE_IDENTIFIER (
    vz_machine_identifier_new_of_type_with_ecid (VZ_TYPE_MAC_MACHINE_IDENTIFIER, ecid));
}

/**
 * vz_mac_machine_identifier_new_from_data:
 * @data: a data representation: a binary property list of at most 4096 bytes
 * @error: return location for an error, or %NULL
 *
 * Returns: (transfer full) (nullable): the identifier, or %NULL with %VZ_ERROR_INVALID_ARGUMENT
 */
VzMacMachineIdentifier *
vz_mac_machine_identifier_new_from_data (GBytes *data, GError **error)
{
  VzMachineIdentifier *self;

  g_return_val_if_fail (data != NULL, NULL);
  self = vz_machine_identifier_new_of_type_from_data (VZ_TYPE_MAC_MACHINE_IDENTIFIER, data, error);
  return self != NULL ? VZ_MAC_MACHINE_IDENTIFIER (self) : NULL;
}
