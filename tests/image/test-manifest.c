/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-error.h"
#include "image/manifest/vz-build-manifest.h"

#include <string.h>

/* Everything that is read from a manifest has a limit: a length, a count, a range. Each is met by
 * one step more than is allowed, and where it says something, by just what is. */

#define HEAD \
  "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>ProductBuildVersion</key>" \
  "<string>24F74</string>"
#define VERSION "<key>ProductVersion</key><string>15.5</string>"
#define PRODUCTS "<key>SupportedProductTypes</key><array><string>x</string></array>"
#define IDENTITY(keys, info, manifest) \
  HEAD VERSION PRODUCTS "<key>BuildIdentities</key><array><dict>" keys \
                        "<key>Info</key><dict><key>DeviceClass</key><string>a</string>" info \
                        "</dict><key>Manifest</key><dict>" manifest
#define IDENTITY_END "</dict></dict></array></dict></plist>"
#define COMPONENT(keys) IDENTITY ("", "", "<key>OS</key><dict>" keys)
#define COMPONENT_INFO(keys) COMPONENT ("<key>Info</key><dict>" keys)
#define COMPONENT_END "</dict>" IDENTITY_END
#define COMPONENT_INFO_END "</dict>" COMPONENT_END
#define NUMBER(key, value) "<key>" key "</key><integer>" value "</integer>"

/* @head, @count times @middle, @tail; in the middle %u is its number. */
typedef struct {
  const char *head, *middle;
  guint count;
  const char *tail;
  const char *message; /* NULL: it is good */
} Case;

static GBytes *
build (const Case *one)
{
  GString *text = g_string_new (one->head);
  const char *place = one->middle != NULL ? strstr (one->middle, "%u") : NULL;

  for (guint i = 0; i < one->count; i++)
    if (place != NULL)
      {
        g_string_append_len (text, one->middle, place - one->middle);
        g_string_append_printf (text, "%u", i);
        g_string_append (text, place + 2);
      }
    else
      g_string_append (text, one->middle);
  g_string_append (text, one->tail);
  return g_string_free_to_bytes (text);
}

static void
check (const Case *cases, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GBytes) bytes = build (&cases[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (VzBuildManifest) manifest = vz_build_manifest_parse (bytes, &error);

      if (cases[i].message == NULL)
        {
          g_assert_no_error (error);
          g_assert_nonnull (manifest);
          continue;
        }
      g_assert_null (manifest);
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE);
      if (strstr (error->message, cases[i].message) == NULL)
        g_error ("case %" G_GSIZE_FORMAT ": '%s' does not say '%s'", i, error->message,
                 cases[i].message);
    }
}

static void
test_shape (void)
{
  static const Case cases[] = {
    { HEAD, " ", 32 * 1024 * 1024, "</dict></plist>", "at most 33554432 allowed" },
    { HEAD "<key>a</key><array>", "<true/>", 530000, "</array></dict></plist>",
      "more than 262144 elements" },
    { IDENTITY ("<key>a</key>", "", ""), "", 0, IDENTITY_END, "property list" },
    { HEAD "<key>a</key>", "<array>", 31, "", "ends prematurely" },
    { HEAD "<key>a</key>", "<array>", 32, "", "nested deeper than 32" },
    { HEAD "<key>a</key>", "<dict>", 1000000, "", "nested deeper than 32" },
    { HEAD, "<key>%u</key><true/>", 1100, "</dict></plist>", "more than 1024 keys" },
    { HEAD "<key>a</key><string>", "&amp;", 100000, "</string></dict></plist>", "with '&'" },
    { "<!DOCTYPE plist [<!ENTITY a \"", "lol", 100,
      "\"><!ENTITY b \"&a;&a;\">]><plist><dict><key>x</key><string>&b;</string></dict></plist>",
      "well-formed" },
    { "<!DOCTYPE plist SYSTEM \"file:///etc/passwd\" [", "%a;", 2, "]><plist><dict/></plist>",
      "not allowed" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_counts (void)
{
  static const Case cases[] = {
    { HEAD VERSION "<key>SupportedProductTypes</key><array>", "<string>x</string>", 4097,
      "</array></dict></plist>", "4097 entries found, at most 4096" },
    { HEAD VERSION PRODUCTS "<key>BuildIdentities</key><array>", "<dict/>", 4097,
      "</array></dict></plist>", "4097 entries found, 1 to 4096" },
    { HEAD VERSION PRODUCTS "<key>BuildIdentities</key><array>", "", 0, "</array></dict></plist>",
      "0 entries found" },
    { IDENTITY ("", "", ""), "<key>c%u</key><dict/>", 256, IDENTITY_END, NULL },
    { IDENTITY ("", "", ""), "<key>c%u</key><dict/>", 257, IDENTITY_END,
      "257 components found, at most 256" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_lengths (void)
{
  static const Case cases[] = {
    { HEAD PRODUCTS "<key>ProductVersion</key><string>", "1", 257, "</string></dict></plist>",
      "ProductVersion: it has more than 256 bytes" },
    { HEAD VERSION "<key>SupportedProductTypes</key><array><string>", "x", 4097,
      "</string></array></dict></plist>", "SupportedProductTypes: it has more than 4096 bytes" },
    { IDENTITY ("", "<key>Variant</key><string>", ""), "", 0, "", "ends prematurely" },
    { IDENTITY ("", "", "<key>"), "n", 256, "</key><dict/>" IDENTITY_END, NULL },
    { IDENTITY ("", "", "<key>"), "n", 257, "</key><dict/>" IDENTITY_END, "name is not allowed" },
    { IDENTITY ("", "", "<key>"), "n ", 2, "</key><dict/>" IDENTITY_END, "name is not allowed" },
    { COMPONENT_INFO ("<key>Path</key><string>"), "p", 1000, "</string>" COMPONENT_INFO_END, NULL },
    { COMPONENT_INFO ("<key>Path</key><string>"), "p", 1001, "</string>" COMPONENT_INFO_END,
      "Path: it has more than 1000 bytes" },
    { COMPONENT_INFO ("<key>Path</key><string>a"), "/..", 1, "</string>" COMPONENT_INFO_END,
      "without '..'" },
    { COMPONENT_INFO ("<key>Path</key><string>"), "/a", 1, "</string>" COMPONENT_INFO_END,
      "a relative path" },
    { COMPONENT_INFO ("<key>Img4PayloadType</key><string>"), "k", 5, "</string>" COMPONENT_INFO_END,
      "4 letters" },
    { COMPONENT ("<key>Digest</key><data>"), "AAAA", 21, "</data>" COMPONENT_END, NULL },
    { COMPONENT ("<key>Digest</key><data>"), "AAAA", 22, "</data>" COMPONENT_END,
      "Digest: 66 bytes found, at most 64" },
    { COMPONENT ("<key>Digest</key><string>"), "a", 1, "</string>" COMPONENT_END, "wrong type" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_numbers (void)
{
#define VM(cpus, memory) \
  IDENTITY ("", \
            NUMBER ("VirtualMachineMinCPUCount", cpus) \
              NUMBER ("VirtualMachineMinMemorySizeMB", memory), \
            "")
  static const Case cases[] = {
    { VM ("4096", "1073741824"), "", 0, IDENTITY_END, NULL },
    { VM ("4097", "1"), "", 0, IDENTITY_END, "VirtualMachineMinCPUCount: 4097 found, 1 to 4096" },
    { VM ("-1", "1"), "", 0, IDENTITY_END, "1 to 4096" },
    { VM ("18446744073709551617", "1"), "", 0, IDENTITY_END, "1 to 4096" },
    { VM ("1", "1073741825"), "", 0, IDENTITY_END, "1 to 1073741824" },
    { IDENTITY (NUMBER ("ApChipID", "4294967295"), "", ""), "", 0, IDENTITY_END, NULL },
    { IDENTITY (NUMBER ("ApChipID", "4294967296"), "", ""), "", 0, IDENTITY_END,
      "ApChipID: 4294967296 found" },
    { IDENTITY ("<key>ApBoardID</key><string>0x100000000</string>", "", ""), "", 0, IDENTITY_END,
      "ApBoardID: 4294967296 found" },
    { IDENTITY ("<key>ApBoardID</key><string>0x1", "", ""), "", 0, "", "ends prematurely" },
    { COMPONENT_INFO (NUMBER ("Order", "257")), "", 0, COMPONENT_INFO_END, "0 to 256" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_texts (void)
{
  static const Case cases[] = {
    { HEAD PRODUCTS "<key>ProductVersion</key><string>", "\x01", 1, "</string></dict></plist>",
      "" },
    { HEAD PRODUCTS "<key>ProductVersion</key><string>1", "\n", 1, "</string></dict></plist>",
      "control characters" },
    { HEAD PRODUCTS "<key>ProductVersion</key><string>", "\xe4", 1, "</string></dict></plist>",
      "" },
    { HEAD PRODUCTS "<key>ProductVersion</key><string>", "\xed\xa0\x80", 1,
      "</string></dict></plist>", "" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/restore/manifest/shape", test_shape);
  g_test_add_func ("/restore/manifest/counts", test_counts);
  g_test_add_func ("/restore/manifest/lengths", test_lengths);
  g_test_add_func ("/restore/manifest/numbers", test_numbers);
  g_test_add_func ("/restore/manifest/texts", test_texts);
  return g_test_run ();
}
