/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <stdint.h>

#include "vz.h"

/* Hardware models and machine identifiers come with bundles from elsewhere. Whatever the bytes are,
 * they are refused or give an object that keeps them and can be asked everything. */

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

static void
try_hardware_model (GBytes *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzHardwareModel) model = vz_hardware_model_new_from_data (data, &error);
  g_autofree char *description = NULL;

  g_assert_true ((model == NULL) == (error != NULL));
  if (model == NULL)
    return;
  g_assert_true (g_bytes_equal (vz_hardware_model_get_data_representation (model), data));
  g_assert_true (vz_hardware_model_equal (model, model));
  vz_hardware_model_is_supported (model);
  description = vz_hardware_model_describe (model);
  g_assert_nonnull (description);
}

static void
try_machine_identifier (GBytes *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzMacMachineIdentifier) read = vz_mac_machine_identifier_new_from_data (data, &error);
  g_autoptr (VzMacMachineIdentifier) written = NULL;
  g_autoptr (VzMacMachineIdentifier) again = NULL;
  guint64 ecid;

  g_assert_true ((read == NULL) == (error != NULL));
  if (read == NULL)
    return;
  g_assert_true (g_bytes_equal (
    vz_machine_identifier_get_data_representation (VZ_MACHINE_IDENTIFIER (read)), data));
  ecid = vz_machine_identifier_get_ecid (VZ_MACHINE_IDENTIFIER (read));
  written = vz_mac_machine_identifier_new_with_ecid (ecid);
  again = vz_mac_machine_identifier_new_from_data (
    vz_machine_identifier_get_data_representation (VZ_MACHINE_IDENTIFIER (written)), NULL);
  g_assert_cmpuint (vz_machine_identifier_get_ecid (VZ_MACHINE_IDENTIFIER (again)), ==, ecid);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autoptr (GBytes) data = g_bytes_new (bytes, size);

  try_hardware_model (data);
  try_machine_identifier (data);
  return 0;
}
