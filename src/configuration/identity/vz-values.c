/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/identity/vz-values.h"

#include "configuration/identity/vz-hardware-model.h"
#include "configuration/identity/vz-machine-identifier.h"
#include "foundation/vz-fail.h"

static char *
mac_address_to_text (gpointer value)
{
  return g_strdup (vz_mac_address_to_string (value));
}

static gpointer
mac_address_from_text (const char *text, GError **error)
{
  gpointer value = vz_mac_address_new_from_string (text);

  if (value == NULL)
    vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
             "'%s' found, must be six hexadecimal bytes with colons, such as d6:a7:58:8e:78:d4",
             text);
  return value;
}

static gboolean
mac_address_equal (gpointer a, gpointer b)
{
  return vz_mac_address_equal (a, b);
}

static gboolean
hardware_model_equal (gpointer a, gpointer b)
{
  return vz_hardware_model_equal (a, b);
}

static gboolean
machine_identifier_equal (gpointer a, gpointer b)
{
  return vz_machine_identifier_equal (a, b);
}

const VzValueType vz_mac_address_value = {
  .to_text = mac_address_to_text,
  .from_text = mac_address_from_text,
  .equal = mac_address_equal,
};
const VzValueType vz_hardware_model_value = { .equal = hardware_model_equal };
const VzValueType vz_machine_identifier_value = { .equal = machine_identifier_equal };
