/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config-fixture.h"

#include "foundation/config/vz-field.h"

#include <string.h>

/* Every list of the machine's takes places on its bus, even one that was added yesterday. */

#define TOO_MANY 40

/* A class derived from @type whose devices are on the PCI bus. */
static GType
find_class (GType type)
{
  guint n;
  g_autofree GType *children = g_type_children (type, &n);

  if (!G_TYPE_IS_ABSTRACT (type) && type != VZ_TYPE_USB_MASS_STORAGE_DEVICE_CONFIGURATION &&
      type != VZ_TYPE_UART_SERIAL_PORT_CONFIGURATION)
    return type;
  for (guint i = 0; i < n; i++)
    {
      GType found = find_class (children[i]);

      if (found != G_TYPE_INVALID)
        return found;
    }
  return G_TYPE_INVALID;
}

static void
assert_counted (Fixture *fixture, const VzField *field)
{
  g_autoptr (VzConfig) config = vz_config_copy (VZ_CONFIG (fixture->config));
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  GType type = find_class (field->type ());

  g_assert_cmpuint (type, !=, G_TYPE_INVALID);
  for (guint i = 0; i < TOO_MANY; i++)
    g_ptr_array_add (devices, g_object_new (type, NULL));
  g_object_set (config, field->name, devices, NULL);
  g_assert_false (vz_config_validate (config, &error));
  if (strstr (error->message, "PCI devices in all") == NULL)
    g_error ("%s: not counted: %s", field->name, error->message);
}

static void
test_lists (Fixture *fixture, gconstpointer data)
{
  guint n_fields, n_lists = 0;
  const VzField *fields =
    vz_config_class_get_fields (VZ_CONFIG_GET_CLASS (fixture->config), &n_fields);

  vz_config_type_from_name ("VzVirtualMachineConfiguration"); /* registers all classes */
  for (guint i = 0; i < n_fields; i++)
    if (fields[i].kind == VZ_KIND_ARRAY && !g_str_equal (fields[i].name, "keyboards") &&
        !g_str_equal (fields[i].name, "pointing-devices"))
      {
        assert_counted (fixture, &fields[i]);
        n_lists++;
      }
  g_assert_cmpuint (n_lists, >=, 11);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/places/lists", Fixture, NULL, fixture_set_up, test_lists, fixture_tear_down);
  return g_test_run ();
}
