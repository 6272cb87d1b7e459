/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validation-rows.h"

#include <glib/gstdio.h>

/* What a Mac's platform needs, whatever this host can run, which is in tests/qemu/test-mac.c. */

#define STORAGE_SIZE 33570816
#define LOADER \
  "boot-loader: 'Linux boot loader' found, must be a Mac OS boot loader on a Mac platform"
#define HOST "platform: type: * machine vmapple*"

static void
set_platform (Fixture *fixture, const char *storage_path)
{
  VzMacPlatformConfiguration *platform = vz_mac_platform_configuration_new ();
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0", NULL);
  g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new (storage_path);

  g_object_set (platform, "hardware-model", model, "auxiliary-storage", storage, NULL);
  fixture_set_new (fixture, "platform", platform);
}

static void
missing_storage (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "missing", -1);

  set_platform (fixture, path);
}

static void
protected_storage (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "AuxiliaryStorage", STORAGE_SIZE);

  fixture_let_others_in (fixture);
  g_assert_cmpint (g_chmod (path, 0400), ==, 0);
  set_platform (fixture, path);
}

static const ValidationRow rows[] = {
  { "missing-storage", NULL, NULL, missing_storage,
    LOADER "\n" HOST "\n"
           "platform.auxiliary-storage: path: '*/missing' found, must be an existing file: *" },
  { "protected-storage", NULL, NULL, protected_storage,
    LOADER "\n" HOST "\n"
           "platform.auxiliary-storage: path: '*' found, must be *",
    TRUE },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  validation_add_rows (rows, G_N_ELEMENTS (rows));
  return g_test_run ();
}
