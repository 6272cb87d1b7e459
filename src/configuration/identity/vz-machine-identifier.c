/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/identity/vz-machine-identifier.h"

#include <string.h>

#include "configuration/identity/vz-machine-identifier-private.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-plist.h"
#include "foundation/vz-random.h"

#define SHA256_LENGTH 32
#define UUID_LENGTH 16

/**
 * VzMachineIdentifier:
 *
 * The machine's unique number, a 64-bit ECID, from which its other identities follow, so that it
 * keeps them for life: the UUID that the guest reads from its firmware and the default MAC address.
 * Each is taken from SHA-256 over a text that states its purpose and the ECID in eight bytes, most
 * significant first. The text is part of the format: changing it would change every existing
 * machine. Immutable. Not in Apple's framework, which has only the two subclasses.
 *
 * QEMU: `-uuid`, and the default MAC address.
 *
 * Since: 0.1
 */
typedef struct {
  GBytes *data; /* owned */
  guint64 ecid;
  gboolean only_ecid; /* no keys but ECID */
} VzMachineIdentifierPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (VzMachineIdentifier, vz_machine_identifier, G_TYPE_OBJECT)

enum { PROP_DATA_REPRESENTATION = 1, PROP_ECID, N_PROPS };
static GParamSpec *props[N_PROPS];

static VzMachineIdentifierPrivate *
get_private (VzMachineIdentifier *self)
{
  return vz_machine_identifier_get_instance_private (self);
}

static void
vz_machine_identifier_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzMachineIdentifierPrivate *priv = get_private (VZ_MACHINE_IDENTIFIER (object));

  switch (id)
    {
    case PROP_DATA_REPRESENTATION:
      g_value_set_boxed (value, priv->data);
      break;
    case PROP_ECID:
      g_value_set_uint64 (value, priv->ecid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_machine_identifier_finalize (GObject *object)
{
  g_clear_pointer (&get_private (VZ_MACHINE_IDENTIFIER (object))->data, g_bytes_unref);
  G_OBJECT_CLASS (vz_machine_identifier_parent_class)->finalize (object);
}

static void
set_ecid (VzMachineIdentifier *self, guint64 ecid)
{
  const VzPlistEntry entry = { .key = "ECID", .kind = VZ_PLIST_UINT, .value = ecid };
  VzMachineIdentifierPrivate *priv = get_private (self);

  g_clear_pointer (&priv->data, g_bytes_unref);
  priv->data = vz_plist_write_dictionary (&entry, 1);
  priv->ecid = ecid;
  priv->only_ecid = TRUE;
}

static void
vz_machine_identifier_init (VzMachineIdentifier *self)
{
  guint64 ecid;

  /* No Apple identifier with an integer shorter than eight bytes is known, so do not make one. */
  do
    vz_random_bytes (&ecid, sizeof ecid);
  while (ecid <= G_MAXUINT32);
  set_ecid (self, ecid);
}

static void
vz_machine_identifier_class_init (VzMachineIdentifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vz_machine_identifier_get_property;
  object_class->finalize = vz_machine_identifier_finalize;

  /**
   * VzMachineIdentifier:data-representation:
   *
   * The bytes of the bundle's file `MachineIdentifier`.
   */
  props[PROP_DATA_REPRESENTATION] = g_param_spec_boxed ("data-representation", NULL, NULL,
                                                        G_TYPE_BYTES,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * VzMachineIdentifier:ecid:
   *
   * The number itself.
   */
  props[PROP_ECID] = g_param_spec_uint64 ("ecid", NULL, NULL, 0, G_MAXUINT64, 0,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

VzMachineIdentifier *
vz_machine_identifier_new_of_type_from_data (GType type, GBytes *data, GError **error)
{
  VZ_AUTO_PLIST dict = NULL;
  VzMachineIdentifier *self;
  VzMachineIdentifierPrivate *priv;
  guint64 ecid;
  VZ_ERROR_PREFIX ("machine identifier");

  dict = vz_plist_read_dictionary (data, error);
  if (dict == NULL || !vz_plist_get_uint (dict, "ECID", G_MAXUINT64, &ecid, error))
    return NULL;
  self = g_object_new (type, NULL);
  priv = get_private (self);
  g_bytes_unref (priv->data);
  priv->data = g_bytes_ref (data);
  priv->ecid = ecid;
  priv->only_ecid = plist_dict_get_size (dict) == 1;
  return self;
}

VzMachineIdentifier *
vz_machine_identifier_new_of_type_with_ecid (GType type, guint64 ecid)
{
  VzMachineIdentifier *self = g_object_new (type, NULL);

  set_ecid (self, ecid);
  return self;
}

/**
 * vz_machine_identifier_get_data_representation:
 * @self: a machine identifier
 *
 * Returns: (transfer none): the binary property list that represents it, in Apple's format; if it
 *   was read from data, exactly those bytes
 */
GBytes *
vz_machine_identifier_get_data_representation (VzMachineIdentifier *self)
{
  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (self), NULL);
  return get_private (self)->data;
}

/**
 * vz_machine_identifier_get_ecid:
 * @self: a machine identifier
 *
 * Returns: the number
 */
guint64
vz_machine_identifier_get_ecid (VzMachineIdentifier *self)
{
  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (self), 0);
  return get_private (self)->ecid;
}

/**
 * vz_machine_identifier_to_string:
 * @self: a machine identifier
 *
 * Returns: (transfer full): the number as 16 hexadecimal digits in lower case
 */
char *
vz_machine_identifier_to_string (VzMachineIdentifier *self)
{
  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (self), NULL);
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", get_private (self)->ecid);
}

static void
derive (VzMachineIdentifier *self, const char *purpose, guint8 *ret_bytes, gsize size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint64 ecid = GUINT64_TO_BE (get_private (self)->ecid);
  guint8 digest[SHA256_LENGTH];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) purpose, -1);
  g_checksum_update (checksum, (const guchar *) &ecid, sizeof ecid);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (ret_bytes, digest, size);
}

/**
 * vz_machine_identifier_dup_uuid:
 * @self: a machine identifier
 *
 * Derives the machine's UUID as its firmware reports it to the guest (SMBIOS): the first 16 bytes
 * of SHA-256 over "vz uuid:" and the ECID, with the bits of version 8 (custom) of RFC 9562.
 *
 * Returns: (transfer full): the UUID in its text form, in lower case
 */
char *
vz_machine_identifier_dup_uuid (VzMachineIdentifier *self)
{
  guint8 b[UUID_LENGTH];

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (self), NULL);
  derive (self, "vz uuid:", b, sizeof b);
  b[6] = (guint8) ((b[6] & 0x0f) | 0x80);
  b[8] = (guint8) ((b[8] & 0x3f) | 0x80);
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
                          b[12], b[13], b[14], b[15]);
}

/**
 * vz_machine_identifier_dup_default_mac_address:
 * @self: a machine identifier
 *
 * Derives the MAC address of the machine's first network device, which applies unless the
 * configuration has another one: the first six bytes of SHA-256 over "vz mac-address:" and the
 * ECID, made unicast and locally administered.
 *
 * Returns: (transfer full): the address
 */
VzMACAddress *
vz_machine_identifier_dup_default_mac_address (VzMachineIdentifier *self)
{
  guint8 bytes[6];

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (self), NULL);
  derive (self, "vz mac-address:", bytes, sizeof bytes);
  bytes[0] = (guint8) ((bytes[0] & 0xfe) | 0x02);
  return vz_mac_address_new_from_bytes (bytes);
}

/**
 * vz_machine_identifier_equal:
 * @self: a machine identifier
 * @other: another one
 *
 * Returns: whether both have the same contents
 */
gboolean
vz_machine_identifier_equal (VzMachineIdentifier *self, VzMachineIdentifier *other)
{
  VzMachineIdentifierPrivate *a, *b;

  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (self) && VZ_IS_MACHINE_IDENTIFIER (other), FALSE);
  a = get_private (self);
  b = get_private (other);
  return g_bytes_equal (a->data, b->data) || (a->only_ecid && b->only_ecid && a->ecid == b->ecid);
}
