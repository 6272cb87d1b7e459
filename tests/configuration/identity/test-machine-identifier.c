/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "foundation/vz-plist.h"
#include "vectors.h"
#include "vz.h"

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (identifiers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) data = from_base64 (identifiers[i].base64);
      g_autoptr (VzMacMachineIdentifier)
        read = vz_mac_machine_identifier_new_from_data (data, &error);
      g_autoptr (VzMacMachineIdentifier)
        made = vz_mac_machine_identifier_new_with_ecid (identifiers[i].ecid);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (data), ==, identifiers[i].size);
      g_assert_cmpuint (vz_machine_identifier_get_ecid (VZ_MACHINE_IDENTIFIER (read)), ==,
                        identifiers[i].ecid);
      text = vz_machine_identifier_to_string (VZ_MACHINE_IDENTIFIER (read));
      g_assert_cmpstr (text, ==, identifiers[i].text);
      /* Kept as read, and written back as the same bytes. */
      g_assert_true (g_bytes_equal (
        data, vz_machine_identifier_get_data_representation (VZ_MACHINE_IDENTIFIER (read))));
      g_assert_true (g_bytes_equal (
        data, vz_machine_identifier_get_data_representation (VZ_MACHINE_IDENTIFIER (made))));
      g_assert_true (vz_machine_identifier_equal (VZ_MACHINE_IDENTIFIER (read),
                                                  VZ_MACHINE_IDENTIFIER (made)));
    }
}

/* These are derived from the ECID for every machine's life: the values must never change. */
static void
test_derived (void)
{
  g_autoptr (VzGenericMachineIdentifier)
    id = vz_generic_machine_identifier_new_with_ecid (identifiers[0].ecid);
  g_autofree char *uuid = vz_machine_identifier_dup_uuid (VZ_MACHINE_IDENTIFIER (id));
  g_autoptr (VzMACAddress)
    mac = vz_machine_identifier_dup_default_mac_address (VZ_MACHINE_IDENTIFIER (id));

  g_assert_cmpstr (uuid, ==, "c3157733-2f72-8cda-a72b-e9f13489b785");
  g_assert_cmpstr (vz_mac_address_to_string (mac), ==, "b6:79:02:be:a0:b7");
}

static void
test_random (void)
{
  g_autoptr (VzGenericMachineIdentifier) a = vz_generic_machine_identifier_new ();
  g_autoptr (VzGenericMachineIdentifier) b = vz_generic_machine_identifier_new ();
  gsize size =
    g_bytes_get_size (vz_machine_identifier_get_data_representation (VZ_MACHINE_IDENTIFIER (a)));

  g_assert_false (vz_machine_identifier_equal (VZ_MACHINE_IDENTIFIER (a),
                                               VZ_MACHINE_IDENTIFIER (b)));
  g_assert_true (size == 60 || size == 68);
}

static void
test_unknown_keys (void)
{
  const VzPlistEntry entries[] = {
    { .key = "ECID", .kind = VZ_PLIST_UINT, .value = identifiers[0].ecid },
    { .key = "SerialNumber", .kind = VZ_PLIST_STRING, .string = "Z123456789" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = vz_plist_write_dictionary (entries, G_N_ELEMENTS (entries));
  g_autoptr (VzMacMachineIdentifier) id = vz_mac_machine_identifier_new_from_data (data, &error);
  g_autoptr (VzMacMachineIdentifier)
    plain = vz_mac_machine_identifier_new_with_ecid (identifiers[0].ecid);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (
    data, vz_machine_identifier_get_data_representation (VZ_MACHINE_IDENTIFIER (id))));
  g_assert_false (vz_machine_identifier_equal (VZ_MACHINE_IDENTIFIER (id),
                                               VZ_MACHINE_IDENTIFIER (plain)));
}

static void
assert_refused (GBytes *data, const char *reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_mac_machine_identifier_new_from_data (data, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, reason));
}

static void
test_refused (void)
{
  const VzPlistEntry text = { .key = "ECID",
                              .kind = VZ_PLIST_STRING,
                              .string = "1661a1d30fb268d5" };
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) xml = g_bytes_new_static ("<plist><dict/></plist>", 22);
  g_autoptr (GBytes) large = g_bytes_new_take (g_strdup_printf ("bplist00%05000d", 0), 5008);
  g_autoptr (GBytes) model = from_base64 (MODEL_A);
  g_autoptr (GBytes) string = vz_plist_write_dictionary (&text, 1);
  g_autoptr (GBytes) good = from_base64 (identifiers[0].base64);

  assert_refused (empty, "empty");
  assert_refused (xml, "not a binary property list");
  assert_refused (large, "too large");
  assert_refused (model, "ECID is missing");
  assert_refused (string, "ECID is not an integer");
  for (gsize n = 0; n < g_bytes_get_size (good); n++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (good, 0, n);

      assert_refused (cut, "malformed property list");
    }
}

/* 128 bytes that would become billions of nodes, and a list that contains itself. */
static void
test_bombs (void)
{
  guint8 bytes[512] = "bplist00";
  gsize n = 8;
  guint8 offsets[12];
  g_autoptr (GBytes) bomb = NULL;
  g_autoptr (GBytes) loop = NULL;

  for (guint8 i = 0; i < 12; i++)
    {
      offsets[i] = (guint8) n;
      bytes[n++] = i < 11 ? 0xae : 0x08; /* an array of 14, the last object is "false" */
      for (guint k = 0; i < 11 && k < 14; k++)
        bytes[n++] = (guint8) (i + 1);
    }
  memcpy (bytes + n, offsets, 12);
  bytes[n + 12 + 6] = bytes[n + 12 + 7] = 1;
  bytes[n + 12 + 15] = 12;
  bytes[n + 12 + 31] = (guint8) n;
  bomb = g_bytes_new (bytes, n + 12 + 32);
  assert_refused (bomb, "nested too deeply");

  for (guint k = 1; k < 15; k++)
    bytes[8 + k] = 0;
  loop = g_bytes_new (bytes, n + 12 + 32);
  assert_refused (loop, "nested too deeply");

  /* Seven levels are allowed, so the count has to stop this one. */
  for (guint k = 1; k < 15; k++)
    bytes[8 + k] = 5;
  g_bytes_unref (loop);
  loop = g_bytes_new (bytes, n + 12 + 32);
  assert_refused (loop, "too many items");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine-identifier/vectors", test_vectors);
  g_test_add_func ("/machine-identifier/derived", test_derived);
  g_test_add_func ("/machine-identifier/random", test_random);
  g_test_add_func ("/machine-identifier/unknown-keys", test_unknown_keys);
  g_test_add_func ("/machine-identifier/refused", test_refused);
  g_test_add_func ("/machine-identifier/bombs", test_bombs);
  return g_test_run ();
}
