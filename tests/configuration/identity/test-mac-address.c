/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vz.h"

static void
test_text (void)
{
  g_autoptr (VzMACAddress) upper = vz_mac_address_new_from_string ("D6:A7:58:8E:78:D4");
  g_autoptr (VzMACAddress) lower = vz_mac_address_new_from_string ("d6:a7:58:8e:78:d4");
  g_autoptr (VzMACAddress) bytes = NULL;

  g_assert_nonnull (upper);
  g_assert_cmpstr (vz_mac_address_to_string (upper), ==, "d6:a7:58:8e:78:d4");
  g_assert_true (vz_mac_address_equal (upper, lower));
  bytes = vz_mac_address_new_from_bytes (vz_mac_address_get_bytes (upper));
  g_assert_true (vz_mac_address_equal (upper, bytes));
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "d6",
    "d6:a7:58:8e:78",
    "d6:a7:58:8e:78:d",
    "d6:a7:58:8e:78:d4:",
    "d6:a7:58:8e:78:d4:00",
    "d6-a7-58-8e-78-d4",
    "d6a7588e78d4",
    "g6:a7:58:8e:78:d4",
    " 6:a7:58:8e:78:d4",
    "d6:a7:58:8e:78:+4",
    "d6:a7:58:8e:7:8d4",
    "d6:a7:58:8e:78:d4\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (vz_mac_address_new_from_string (texts[i]));
}

static void
test_predicates (void)
{
  g_autoptr (VzMACAddress) broadcast = vz_mac_address_new_from_string ("ff:ff:ff:ff:ff:ff");
  g_autoptr (VzMACAddress) multicast = vz_mac_address_new_from_string ("01:00:5e:00:00:01");
  g_autoptr (VzMACAddress) universal = vz_mac_address_new_from_string ("00:16:3e:00:00:01");

  g_assert_true (vz_mac_address_is_broadcast (broadcast));
  g_assert_true (vz_mac_address_is_multicast (broadcast));
  g_assert_true (vz_mac_address_is_multicast (multicast));
  g_assert_false (vz_mac_address_is_broadcast (multicast));
  g_assert_false (vz_mac_address_is_unicast (multicast));
  g_assert_true (vz_mac_address_is_unicast (universal));
  g_assert_true (vz_mac_address_is_universally_administered (universal));
  g_assert_false (vz_mac_address_is_locally_administered (universal));
}

static void
test_random (void)
{
  g_autoptr (VzMACAddress) first = vz_mac_address_new_random_locally_administered ();

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (VzMACAddress) address = vz_mac_address_new_random_locally_administered ();

      g_assert_cmpuint (vz_mac_address_get_bytes (address)[0] & 3, ==, 2);
      g_assert_false (vz_mac_address_equal (address, first));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mac-address/text", test_text);
  g_test_add_func ("/mac-address/refused", test_refused);
  g_test_add_func ("/mac-address/predicates", test_predicates);
  g_test_add_func ("/mac-address/random", test_random);
  return g_test_run ();
}
