/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-usb.h"

#include "configuration/vz-configuration-rules.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/arguments/vz-arguments.h"
#include "qemu/vz-stream.h"

#include <string.h>

/* How this works
 *
 * Only QEMU knows which devices the controllers have: any program may attach one and then end.
 * Their names in QEMU are derived from their UUIDs, so that every program finds them all. */

#define PERIPHERAL "/machine/peripheral"
#define DEVICE_PREFIX "usb-"
#define GONE_TIMEOUT_MS (30 * 1000)
#define GONE_INTERVAL_MS 50

static JsonNode *
list_devices (VzEngine *self, GCancellable *cancellable, GError **error)
{
  JsonNode *answer = NULL;

  vz_engine_call (self, "qom-list", vz_json_new_strings ("path", PERIPHERAL, NULL), cancellable,
                  &answer, error);
  return answer;
}

static gboolean
has_device (JsonNode *devices, const char *name)
{
  return vz_json_find (devices, "name", name) != NULL;
}

static gboolean
call (VzEngine *self, const char *command, VzOption *option, GCancellable *cancellable,
      GError **error)
{
  return vz_engine_call (self, command, vz_option_to_json (option), cancellable, NULL, error);
}

static gboolean
remove_node (VzEngine *self, const char *uuid, GCancellable *cancellable, GError **error)
{
  g_autofree char *node = vz_arguments_dup_usb_node_name (uuid);

  return vz_engine_call (self, "blockdev-del", vz_json_new_strings ("node-name", node, NULL),
                         cancellable, NULL, error);
}

static gboolean
plug (VzEngine *self, const char *bus, guint port, VzUSBMassStorageDeviceConfiguration *device,
      GCancellable *cancellable, GError **error)
{
  const char *uuid = vz_usb_mass_storage_device_configuration_get_uuid (device);
  g_autoptr (VzCommandLine) line = vz_command_line_new ();
  VzOption *node = vz_command_line_add (line, "-blockdev", NULL);
  VzOption *option = vz_command_line_add (line, "-device", NULL);
  g_autofree char *name = vz_arguments_dup_usb_node_name (uuid);

  vz_option_set (option, "driver", "usb-storage");
  vz_arguments_set_usb_device (option, bus, port, uuid);
  if (!vz_arguments_set_node (node, name, VZ_STORAGE_DEVICE_CONFIGURATION (device), FALSE,
                              vz_arguments_host_has_io_uring (), error) ||
      !call (self, "blockdev-add", node, cancellable, error))
    return FALSE;
  if (call (self, "device_add", option, cancellable, error))
    return TRUE;
  remove_node (self, uuid, NULL, NULL);
  return FALSE;
}

gboolean
vz_engine_attach_usb (VzEngine *self, VzVirtualMachineConfiguration *now, guint controller,
                      VzUSBMassStorageDeviceConfiguration *device, GCancellable *cancellable,
                      GError **error)
{
  guint wanted = vz_usb_mass_storage_device_configuration_get_port (device);
  guint port = wanted != 0 ? wanted : vz_arguments_find_usb_port (now, controller);
  g_autoptr (JsonNode) devices = list_devices (self, cancellable, error);
  g_autofree char *bus = vz_arguments_dup_usb_bus (controller);
  g_autofree char *name = g_strndup (bus, strlen (bus) - strlen (".0"));
  g_autoptr (GError) cause = NULL;

  if (devices == NULL)
    return FALSE;
  if (!has_device (devices, name))
    return vz_fail (error, VZ_ERROR_USB_CONTROLLER_NOT_FOUND,
                    "the machine was started without its USB controller %u", controller);
  if (port == 0)
    return vz_fail (error, VZ_ERROR_DEVICE_INITIALIZATION_FAILURE,
                    "all %d ports of the USB controller %u are in use", VZ_USB_PORTS, controller);
  if (plug (self, bus, port, device, cancellable, &cause))
    return TRUE;
  if (!vz_error_is_cancelled (cause))
    vz_fail_recode (&cause, VZ_ERROR_DEVICE_INITIALIZATION_FAILURE);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static JsonNode *
list_nodes (VzEngine *self, GCancellable *cancellable, GError **error)
{
  JsonNode *answer = NULL;

  vz_engine_call (self, "query-named-block-nodes", vz_json_new ("flat", vz_json_bool (TRUE), NULL),
                  cancellable, &answer, error);
  return answer;
}

/* A disk is removed as soon as requested, whatever the guest does with it, but its file is closed a
 * moment later, which QEMU does not report; a program that shares a monitor would miss the earlier
 * event. */
static gboolean
close_file (VzEngine *self, const char *uuid, GCancellable *cancellable, GError **error)
{
  g_autofree char *node = vz_arguments_dup_usb_node_name (uuid);
  gint64 deadline = vz_deadline_after (GONE_TIMEOUT_MS);

  for (;;)
    {
      g_autoptr (GError) cause = NULL;
      gboolean removed = remove_node (self, uuid, cancellable, &cause);
      g_autoptr (JsonNode) nodes = removed ? NULL : list_nodes (self, cancellable, error);

      if (removed)
        return TRUE;
      if (nodes == NULL)
        return FALSE;
      if (vz_json_find (nodes, "node-name", node) == NULL)
        return TRUE;
      if (g_get_monotonic_time () > deadline)
        return vz_fail (error, VZ_ERROR_TIMED_OUT, "QEMU does not release the device: %s",
                        cause->message);
      if (!vz_pause (GONE_INTERVAL_MS, cancellable, error))
        return FALSE;
    }
}

gboolean
vz_engine_detach_usb (VzEngine *self, const char *uuid, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = vz_arguments_dup_usb_name (uuid);
  g_autoptr (JsonNode) devices = list_devices (self, cancellable, error);

  if (devices == NULL)
    return FALSE;
  if (!has_device (devices, name))
    return vz_fail (error, VZ_ERROR_DEVICE_NOT_FOUND, "the USB device %s is not attached", uuid);
  return vz_engine_call (self, "device_del", vz_json_new_strings ("id", name, NULL), cancellable,
                         NULL, error) &&
         close_file (self, uuid, cancellable, error);
}

/* "" if it does not exist. */
static char *
ask_text (VzEngine *self, const char *device, const char *property, GCancellable *cancellable)
{
  g_autofree char *path = g_strdup_printf (PERIPHERAL "/%s", device);
  g_autoptr (JsonNode) answer = NULL;

  vz_engine_call (self, "qom-get", vz_json_new_strings ("path", path, "property", property, NULL),
                  cancellable, &answer, NULL);
  return answer != NULL && json_node_get_value_type (answer) == G_TYPE_STRING
           ? json_node_dup_string (answer)
           : g_strdup ("");
}

/* Describes one that another program has attached, from what QEMU has opened. */
static VzUSBMassStorageDeviceConfiguration *
describe (JsonNode *nodes, const char *uuid)
{
  g_autofree char *name = vz_arguments_dup_usb_node_name (uuid);
  JsonObject *node = vz_json_find (nodes, "node-name", name);
  JsonNode *member = node != NULL ? json_object_get_member (node, "cache") : NULL;
  JsonObject *cache = vz_json_as_object (member);
  const char *file = vz_json_get_string (node, "file");
  g_autoptr (VzDiskImageStorageDeviceAttachment) image = NULL;
  VzUSBMassStorageDeviceConfiguration *device;

  if (file == NULL)
    return NULL;
  image = vz_disk_image_storage_device_attachment_new (
    file, json_object_get_boolean_member_with_default (node, "ro", FALSE));
  if (cache != NULL && json_object_get_boolean_member_with_default (cache, "direct", FALSE))
    vz_disk_image_storage_device_attachment_set_caching_mode (image,
                                                              VZ_DISK_IMAGE_CACHING_MODE_UNCACHED);
  if (cache != NULL && json_object_get_boolean_member_with_default (cache, "no-flush", FALSE))
    vz_disk_image_storage_device_attachment_set_synchronization_mode (
      image, VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_NONE);
  device = vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));
  vz_usb_mass_storage_device_configuration_set_uuid (device, uuid);
  return device;
}

static VzUSBMassStorageDeviceConfiguration *
find_configured (VzVirtualMachineConfiguration *configuration, const char *uuid)
{
  g_autoptr (GPtrArray) all = vz_virtual_machine_configuration_list_storage (configuration);

  for (guint i = 0; i < all->len; i++)
    if (VZ_IS_USB_MASS_STORAGE_DEVICE_CONFIGURATION (all->pdata[i]) &&
        g_strcmp0 (vz_usb_mass_storage_device_configuration_get_uuid (all->pdata[i]), uuid) == 0)
      return VZ_USB_MASS_STORAGE_DEVICE_CONFIGURATION (vz_config_copy (all->pdata[i]));
  return NULL;
}

/* "/machine/peripheral/usb1/usb1.0" is the second controller's bus. */
static guint
controller_of (const char *bus)
{
  const char *prefix = PERIPHERAL "/usb";

  return g_str_has_prefix (bus, prefix) ? (guint) g_ascii_strtoull (bus + strlen (prefix), NULL, 10)
                                        : G_MAXUINT;
}

static void
add_device (VzEngine *self, VzVirtualMachineConfiguration *configuration, GPtrArray *lists,
            JsonNode *nodes, const char *name, GCancellable *cancellable)
{
  const char *uuid = name + strlen (DEVICE_PREFIX);
  g_autoptr (VzUSBMassStorageDeviceConfiguration) device = find_configured (configuration, uuid);
  g_autofree char *bus = ask_text (self, name, "parent_bus", cancellable);
  g_autofree char *port = ask_text (self, name, "port", cancellable);
  guint controller = controller_of (bus);

  if (device == NULL)
    device = describe (nodes, uuid);
  if (device == NULL || controller >= lists->len)
    return;
  vz_usb_mass_storage_device_configuration_set_port (device,
                                                     (guint) g_ascii_strtoull (port, NULL, 10));
  g_ptr_array_add (lists->pdata[controller], g_steal_pointer (&device));
}

/* Sorts by port, so that a list keeps its order. */
static int
compare_ports (gconstpointer a, gconstpointer b)
{
  guint first = vz_usb_mass_storage_device_configuration_get_port (*(gpointer *) a);
  guint second = vz_usb_mass_storage_device_configuration_get_port (*(gpointer *) b);

  return first < second ? -1 : first > second;
}

VzVirtualMachineConfiguration *
vz_engine_dup_usb_configuration (VzEngine *self, VzVirtualMachineConfiguration *configuration,
                                 GCancellable *cancellable, GError **error)
{
  g_autoptr (VzConfig) copy = vz_config_copy (VZ_CONFIG (configuration));
  GPtrArray *controllers =
    vz_virtual_machine_configuration_get_usb_controllers (VZ_VIRTUAL_MACHINE_CONFIGURATION (copy));
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (JsonNode) devices = NULL, nodes = NULL;
  JsonArray *array;

  if (controllers->len == 0)
    return VZ_VIRTUAL_MACHINE_CONFIGURATION (g_steal_pointer (&copy));
  devices = list_devices (self, cancellable, error);
  nodes = devices != NULL ? list_nodes (self, cancellable, error) : NULL;
  if (nodes == NULL)
    return NULL;
  for (guint i = 0; i < controllers->len; i++)
    g_ptr_array_add (lists, g_ptr_array_new_with_free_func (g_object_unref));
  array = JSON_NODE_HOLDS_ARRAY (devices) ? json_node_get_array (devices) : NULL;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *name = vz_json_get_string (json_array_get_object_element (array, i), "name");

      if (name != NULL && g_str_has_prefix (name, DEVICE_PREFIX) &&
          g_uuid_string_is_valid (name + strlen (DEVICE_PREFIX)))
        add_device (self, configuration, lists, nodes, name, cancellable);
    }
  for (guint i = 0; i < controllers->len; i++)
    {
      g_ptr_array_sort (lists->pdata[i], compare_ports);
      vz_usb_controller_configuration_set_usb_devices (controllers->pdata[i], lists->pdata[i]);
    }
  return VZ_VIRTUAL_MACHINE_CONFIGURATION (g_steal_pointer (&copy));
}
