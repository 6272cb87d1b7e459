/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-file.h"

#include <string.h>

#include "foundation/file/vz-configuration-files.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-error.h"
#include "systems/vz-system-files.h"
#include "systems/vz-system-private.h"

#define ARCH "x86_64"

static GPtrArray *
read_text (const char *text, const char *architecture, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return vz_system_file_read (bytes, "/x/a.conf", architecture, error);
}

#define COMMON \
  "[System]\nID=acme\nAliases=ac;road\nTitle=Acme {version}\n" \
  "Architectures=x86_64=amd64;aarch64\n" \
  "Image=https://acme.example/{codename}/acme-{version}-{arch}.img?a=b\n" \
  "Checksums=SUMS\nSignature=SUMS.gpg\nSignedBy=AD48 5664 E901 B867 051A B15F 35A2 F86E 29B7 " \
  "00a4\n" \
  "Keyrings=/k/{version}.gpg;/k/all.gpg\nKey=https://acme.example/key\n" \
  "MinimumCPUs=2\nMinimumMemory=1536M\nMinimumDisk=4G\n"

static void
test_release (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) systems =
    read_text (COMMON "[Release 2.0]\nCodename=two\nAliases=lts\n"
                      "[Release 1.0]\nCodename=one\nImage=/srv/{version}.img\nSignature=\n"
                      "ClearSigned=true\nListedAs=one-*.img\nMinimumDisk=8G\n",
               ARCH, &error);
  const VzSystem *two, *one;
  g_autofree char *name = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (systems->len, ==, 2);
  two = systems->pdata[0];
  name = vz_system_dup_full_name (two);
  g_assert_cmpstr (name, ==, "acme@2.0");
  g_assert_cmpstr (two->title, ==, "Acme 2.0");
  g_assert_cmpstr (two->aliases[1], ==, "road");
  g_assert_cmpstr (two->version_aliases[0], ==, "two");
  g_assert_cmpstr (two->version_aliases[1], ==, "lts");
  g_assert_cmpstr (two->url, ==, "https://acme.example/two/acme-2.0-amd64.img?a=b");
  g_assert_cmpstr (two->checksums, ==, "https://acme.example/two/SUMS");
  g_assert_cmpstr (two->signature, ==, "https://acme.example/two/SUMS.gpg");
  g_assert_cmpstr (two->listed_name, ==, "acme-2.0-amd64.img");
  g_assert_cmpstr (two->signers[0], ==, "AD485664E901B867051AB15F35A2F86E29B700A4");
  g_assert_cmpstr (two->keyrings[0], ==, "/k/2.0.gpg");
  g_assert_cmpstr (two->source, ==, "/x/a.conf");
  g_assert_cmpuint (two->minimum_cpu_count, ==, 2);
  g_assert_cmpuint (two->minimum_memory_size, ==, 1536 << 20);
  g_assert_cmpuint (two->minimum_disk_size, ==, G_GUINT64_CONSTANT (4) << 30);
  g_assert_true (vz_system_can_check_signature (two));
  one = systems->pdata[1];
  g_assert_cmpstr (one->url, ==, "/srv/1.0.img");
  g_assert_cmpstr (one->checksums, ==, "/srv/SUMS");
  g_assert_null (one->signature);
  g_assert_true (one->is_clear_signed);
  g_assert_cmpstr (one->listed_name, ==, "one-*.img");
  g_assert_cmpuint (one->minimum_disk_size, ==, G_GUINT64_CONSTANT (8) << 30);
}

static void
test_without_releases (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray)
    systems = read_text ("[System]\nID=roll\nArchitectures=x86_64\nImage=http://r.example/r.img\n",
                         ARCH, &error);
  const VzSystem *system;

  g_assert_no_error (error);
  g_assert_cmpuint (systems->len, ==, 1);
  system = systems->pdata[0];
  g_assert_null (system->version);
  g_assert_cmpstr (system->title, ==, "roll");
  g_assert_false (vz_system_can_check_signature (system));
}

static void
test_left_out (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) other = read_text (COMMON "[Release 1]\nCodename=a\n", "riscv64", &error);
  g_autoptr (GPtrArray) off = read_text ("[System]\nEnabled=false\n", ARCH, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (other->len, ==, 0);
  g_assert_cmpuint (off->len, ==, 0);
}

#define HEAD "[System]\nID=a\nArchitectures=x86_64\n"
#define IMAGE "Image=http://a.example/a.img\n"

static const struct {
  const char *text;
  const char *message;
} wrong[] = {
  { "", "'/x/a.conf': it has no group [System]" },
  { "nonsense", "'/x/a.conf': " },
  { "[System]\nArchitectures=x86_64\n" IMAGE, "[System] ID: it is missing" },
  { HEAD, "[System] Image: it is missing" },
  { "[System]\nID=a\n" IMAGE, "[System] Architectures: it is missing" },
  { "[System]\nID=a\nArchitectures=x86_64;aarch64;x86_64=amd64\n" IMAGE,
    "[System] Architectures: 'x86_64' found twice" },
  { HEAD IMAGE "[Version 1]\n", "the group [Version 1] found" },
  { HEAD IMAGE "[Release ]\n", "the group [Release ] found" },
  { HEAD IMAGE "[Release a b]\n", "VERSION: 'a b' found" },
  { HEAD IMAGE "Iamge=x\n", "the key 'Iamge' is not known" },
  { HEAD IMAGE "[Release 1]\nID=b\n", "[Release 1]: the key 'ID' is not known" },
  { "[System]\nID=A b\nArchitectures=x86_64\n" IMAGE, "ID: 'A b' found" },
  { "[System]\nID=macos\nArchitectures=x86_64\n" IMAGE, "'macos' is the name of something else" },
  { HEAD "Image=a.img\n", "'a.img' found, must be an http or https address, or a path" },
  { HEAD "Image=ftp://a.example/a.img\n", "must be an http or https address, or a path" },
  { HEAD "Image=ftp://a.example/a.img\n[Release 1]\n", "[System] Image: 'ftp:" },
  { HEAD IMAGE "[Release 1]\nImage=a.img\n", "[Release 1] Image: 'a.img' found" },
  { HEAD "Image=http:///a.img\n", "must be an http or https address, or a path" },
  { HEAD "Image=http://a.example/a/\n", "must end with the name of a file" },
  { HEAD "Image=http://a.example/{version}.img\n", "may be in braces, and must be known" },
  { HEAD "Image=http://a.example/{arch.img\n", "may be in braces" },
  { HEAD "Image=http://a.example/arch}.img\n", "may be in braces" },
  { HEAD IMAGE "MinimumMemory=12Q\n", "MinimumMemory: '12Q' found, must be a size" },
  { HEAD IMAGE "MinimumCPUs=0\n", "MinimumCPUs: '0' found, must be a number" },
  { HEAD IMAGE "ClearSigned=perhaps\n", "ClearSigned: must be true or false" },
  { HEAD IMAGE "Enabled=perhaps\n", "Enabled: must be true or false" },
  { HEAD IMAGE "Signature=a.gpg\n", "Checksums: it is missing" },
  { HEAD IMAGE "Checksums=S\nSignature=a.gpg\nClearSigned=true\n", "cannot be combined" },
  { HEAD IMAGE "Checksums=S\nKey=http://a.example/k\n", "Key: it needs SignedBy" },
  { HEAD IMAGE "SignedBy=29B700A4\n", "'29B700A4' found, must be a full fingerprint" },
  { HEAD IMAGE "Keyrings=k.gpg\n", "'k.gpg' found, must be absolute paths" },
};

static void
test_wrong (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) systems = read_text (wrong[i].text, ARCH, &error);

      g_test_message ("%s", wrong[i].text);
      g_assert_null (systems);
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, wrong[i].message));
      g_assert_true (g_str_has_prefix (error->message, "'/x/a.conf': "));
    }
}

static void
test_too_many (void)
{
  g_autoptr (GString) text = g_string_new (HEAD IMAGE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) most = NULL, too_many = NULL;

  for (guint i = 0; i < VZ_SYSTEM_RELEASES_MAX; i++)
    g_string_append_printf (text, "[Release %u]\n", i);
  most = read_text (text->str, ARCH, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (most->len, ==, VZ_SYSTEM_RELEASES_MAX);
  g_string_append (text, "[Release more]\n");
  too_many = read_text (text->str, ARCH, &error);
  g_assert_null (too_many);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "'/x/a.conf': 257 releases found, must be at most 256");
}

/* What comes with vz: all of it is well formed, and what is signed can be checked here. */
static void
test_own (void)
{
  static const char *const architectures[] = { "x86_64", "aarch64" };
  g_auto (GStrv) paths = vz_configuration_files_list ("systems.d");
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  g_autoptr (GPtrArray) all = vz_system_files_load (ARCH, notes);
  g_auto (GStrv) said = g_strv_builder_end (notes);
  guint n = 0;

  g_assert_nonnull (paths[0]);
  g_assert_cmpuint (all->len, >, 0);
  g_assert_cmpstr (said[0], ==, NULL);
  for (guint i = 0; paths[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (architectures); j++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) bytes = vz_file_read (paths[i], VZ_SYSTEM_FILE_MAX, &error);
        g_autoptr (GPtrArray)
          systems = vz_system_file_read (bytes, paths[i], architectures[j], &error);

        g_assert_no_error (error);
        n += systems->len;
        for (guint k = 0; k < systems->len; k++)
          {
            const VzSystem *system = systems->pdata[k];

            g_assert_true (g_str_has_prefix (system->url, "https://"));
            g_assert_nonnull (system->checksums);
            g_assert_cmpuint (system->minimum_memory_size, >=, 512 << 20);
            g_assert_cmpuint (system->minimum_disk_size, >=, G_GUINT64_CONSTANT (2) << 30);
            if (system->signature != NULL || system->is_clear_signed)
              g_assert_true (vz_system_can_check_signature (system));
          }
      }
  g_assert_cmpuint (n, >=, 40);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/system-file/releases take what they do not say from the system", test_release);
  g_test_add_func ("/system-file/a system may have no releases", test_without_releases);
  g_test_add_func ("/system-file/another architecture, and what is switched off", test_left_out);
  g_test_add_func ("/system-file/what is wrong is named", test_wrong);
  g_test_add_func ("/system-file/no more releases than there may be", test_too_many);
  g_test_add_func ("/system-file/those that come with vz", test_own);
  return g_test_run ();
}
