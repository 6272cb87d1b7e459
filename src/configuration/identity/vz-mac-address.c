/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/identity/vz-mac-address.h"

#include <string.h>

#include "foundation/vz-random.h"

#define N_BYTES 6
#define TEXT_LENGTH 17
#define GROUP_BIT 1 /* of the first byte: multicast */
#define LOCAL_BIT 2 /* of the first byte: locally administered */

/**
 * VzMACAddress:
 *
 * The address of a network device. Apple: `VZMACAddress`. Immutable.
 *
 * QEMU: `mac` of the network device.
 *
 * Since: 0.1
 */
struct _VzMACAddress {
  GObject parent_instance;
  guint8 bytes[N_BYTES];
  char text[TEXT_LENGTH + 1];
};

G_DEFINE_FINAL_TYPE (VzMACAddress, vz_mac_address, G_TYPE_OBJECT)

static void
set_bytes (VzMACAddress *self, const guint8 *bytes)
{
  memcpy (self->bytes, bytes, N_BYTES);
  g_snprintf (self->text, sizeof self->text, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1],
              bytes[2], bytes[3], bytes[4], bytes[5]);
}

static void
vz_mac_address_init (VzMACAddress *self)
{
  guint8 bytes[N_BYTES];

  vz_random_bytes (bytes, sizeof bytes);
  bytes[0] = (guint8) ((bytes[0] & ~GROUP_BIT) | LOCAL_BIT);
  set_bytes (self, bytes);
}

static void
vz_mac_address_class_init (VzMACAddressClass *klass)
{
}

/**
 * vz_mac_address_new_from_string:
 * @text: six two-digit hexadecimal bytes separated by colons, in upper or lower case
 *
 * Returns: (transfer full) (nullable): the address, or %NULL when @text is anything else
 */
VzMACAddress *
vz_mac_address_new_from_string (const char *text)
{
  guint8 bytes[N_BYTES];

  g_return_val_if_fail (text != NULL, NULL);
  if (strlen (text) != TEXT_LENGTH)
    return NULL;
  for (guint i = 0; i < N_BYTES; i++)
    {
      const char *digits = text + 3 * i;

      if (!g_ascii_isxdigit (digits[0]) || !g_ascii_isxdigit (digits[1]) ||
          (i < N_BYTES - 1 && digits[2] != ':'))
        return NULL;
      bytes[i] =
        (guint8) (g_ascii_xdigit_value (digits[0]) << 4 | g_ascii_xdigit_value (digits[1]));
    }
  return vz_mac_address_new_from_bytes (bytes);
}

/**
 * vz_mac_address_new_from_bytes:
 * @bytes: (array fixed-size=6): the six bytes in the order in which they are written
 *
 * Returns: (transfer full): the address
 */
VzMACAddress *
vz_mac_address_new_from_bytes (const guint8 *bytes)
{
  VzMACAddress *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  self = g_object_new (VZ_TYPE_MAC_ADDRESS, NULL);
  set_bytes (self, bytes);
  return self;
}

/**
 * vz_mac_address_new_random_locally_administered:
 *
 * Returns: (transfer full): a random address that is unicast and locally administered. It is not
 *   guaranteed to be unique.
 */
VzMACAddress *
vz_mac_address_new_random_locally_administered (void)
{
  return g_object_new (VZ_TYPE_MAC_ADDRESS, NULL);
}

/**
 * vz_mac_address_to_string:
 * @self: an address
 *
 * Returns: (transfer none): the text form, always in lower case
 */
const char *
vz_mac_address_to_string (VzMACAddress *self)
{
  g_return_val_if_fail (VZ_IS_MAC_ADDRESS (self), NULL);
  return self->text;
}

/**
 * vz_mac_address_get_bytes:
 * @self: an address
 *
 * Returns: (transfer none) (array fixed-size=6): the six bytes
 */
const guint8 *
vz_mac_address_get_bytes (VzMACAddress *self)
{
  g_return_val_if_fail (VZ_IS_MAC_ADDRESS (self), NULL);
  return self->bytes;
}

/**
 * vz_mac_address_equal:
 * @self: an address
 * @other: another one
 *
 * Returns: whether both have the same bytes
 */
gboolean
vz_mac_address_equal (VzMACAddress *self, VzMACAddress *other)
{
  g_return_val_if_fail (VZ_IS_MAC_ADDRESS (self) && VZ_IS_MAC_ADDRESS (other), FALSE);
  return memcmp (self->bytes, other->bytes, N_BYTES) == 0;
}

/**
 * vz_mac_address_is_broadcast:
 * @self: an address
 *
 * Returns: whether it is ff:ff:ff:ff:ff:ff
 */
gboolean
vz_mac_address_is_broadcast (VzMACAddress *self)
{
  g_return_val_if_fail (VZ_IS_MAC_ADDRESS (self), FALSE);
  return strcmp (self->text, "ff:ff:ff:ff:ff:ff") == 0;
}

/**
 * vz_mac_address_is_multicast:
 * @self: an address
 *
 * Returns: whether it addresses a group, as the broadcast address does
 */
gboolean
vz_mac_address_is_multicast (VzMACAddress *self)
{
  g_return_val_if_fail (VZ_IS_MAC_ADDRESS (self), FALSE);
  return (self->bytes[0] & GROUP_BIT) != 0;
}

/**
 * vz_mac_address_is_unicast:
 * @self: an address
 *
 * Returns: whether it addresses a single device
 */
gboolean
vz_mac_address_is_unicast (VzMACAddress *self)
{
  return !vz_mac_address_is_multicast (self);
}

/**
 * vz_mac_address_is_locally_administered:
 * @self: an address
 *
 * Returns: whether it was assigned locally
 */
gboolean
vz_mac_address_is_locally_administered (VzMACAddress *self)
{
  g_return_val_if_fail (VZ_IS_MAC_ADDRESS (self), FALSE);
  return (self->bytes[0] & LOCAL_BIT) != 0;
}

/**
 * vz_mac_address_is_universally_administered:
 * @self: an address
 *
 * Returns: whether it was assigned by a manufacturer
 */
gboolean
vz_mac_address_is_universally_administered (VzMACAddress *self)
{
  return !vz_mac_address_is_locally_administered (self);
}
