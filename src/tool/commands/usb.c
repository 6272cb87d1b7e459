/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"

static gboolean arg_read_only;

static const GOptionEntry attach_entries[] = {
  { "read-only", 0, 0, G_OPTION_ARG_NONE, &arg_read_only, "Let the guest only read the disk",
    NULL },
  G_OPTION_ENTRY_NULL,
};

/* "[BUNDLE] FILE" */
static const char *
get_bundle (VzTool *tool)
{
  return tool->arguments[1] != NULL ? tool->arguments[0] : NULL;
}

static const char *
get_file (VzTool *tool)
{
  return tool->arguments[1] != NULL ? tool->arguments[1] : tool->arguments[0];
}

static VzUSBController *
find_controller (VzBundle *bundle, VzVirtualMachine *machine, GError **error)
{
  GPtrArray *controllers = vz_virtual_machine_get_usb_controllers (machine);

  if (controllers->len > 0)
    return controllers->pdata[0];
  return vz_fail_null (
    error, VZ_ERROR_USB_CONTROLLER_NOT_FOUND,
    "'%s' has no USB controller: usb-controllers has no VzXHCIControllerConfiguration",
    vz_bundle_get_path (bundle));
}

static const char *
path_of (VzUSBDevice *device, gboolean *ret_read_only)
{
  VzDiskImageStorageDeviceAttachment *image =
    vz_storage_device_configuration_get_disk_image (VZ_STORAGE_DEVICE_CONFIGURATION (
      vz_usb_mass_storage_device_get_configuration (VZ_USB_MASS_STORAGE_DEVICE (device))));

  if (image == NULL)
    return NULL;
  if (ret_read_only != NULL)
    *ret_read_only = vz_disk_image_storage_device_attachment_get_read_only (image);
  return vz_disk_image_storage_device_attachment_get_path (image);
}

static void
print_device (VzTool *tool, VzUSBDevice *device)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  gboolean read_only = FALSE;
  const char *path = path_of (device, &read_only);

  if (!tool->json)
    {
      tool_print ("%s  %s%s\n", vz_usb_device_get_uuid (device), path != NULL ? path : "-",
                  read_only ? " (read-only)" : "");
      return;
    }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "uuid");
  json_builder_add_string_value (builder, vz_usb_device_get_uuid (device));
  json_builder_set_member_name (builder, "path");
  json_builder_add_string_value (builder, path);
  json_builder_set_member_name (builder, "read-only");
  json_builder_add_boolean_value (builder, read_only);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

/* A machine that is not running has what its configuration says. */
static VzVirtualMachine *
open_machine (Running *running, const char *argument, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;

  if (!running_open_if_running (running, argument, error))
    return NULL;
  if (running->machine != NULL)
    return g_object_ref (running->machine);
  configuration = vz_bundle_load_configuration (running->bundle, error);
  return configuration != NULL ? vz_virtual_machine_new (configuration) : NULL;
}

/* Returns TRUE once it has seen enough. */
typedef gboolean (*Look) (VzUSBController *controller, VzUSBDevice *device, gpointer data);

static gboolean
look_at_devices (VzVirtualMachine *machine, Look look, gpointer data, GError **error)
{
  GPtrArray *controllers = vz_virtual_machine_get_usb_controllers (machine);
  gboolean enough = FALSE;

  for (guint i = 0; i < controllers->len && !enough; i++)
    {
      g_autoptr (GPtrArray)
        devices = vz_usb_controller_list_usb_devices (controllers->pdata[i], NULL, error);

      if (devices == NULL)
        return FALSE;
      for (guint n = 0; n < devices->len && !enough; n++)
        enough = look (controllers->pdata[i], devices->pdata[n], data);
    }
  return TRUE;
}

static gboolean
print_one (VzUSBController *controller, VzUSBDevice *device, gpointer tool)
{
  print_device (tool, device);
  return FALSE;
}

static gboolean
run_list (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_autoptr (VzVirtualMachine) machine = open_machine (&running, tool->arguments[0], error);

  return machine != NULL && look_at_devices (machine, print_one, tool, error);
}

typedef struct {
  VzUSBController *controller;
  VzUSBDevice *device;
} Action;

static gboolean
attach (gpointer data, GCancellable *cancellable, GError **error)
{
  Action *self = data;

  return vz_usb_controller_attach_device (self->controller, self->device, cancellable, error);
}

static gboolean
detach (gpointer data, GCancellable *cancellable, GError **error)
{
  Action *self = data;

  return vz_usb_controller_detach_device (self->controller, self->device, cancellable, error);
}

static gboolean
run_attach (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_autofree char *path = g_canonicalize_filename (get_file (tool), NULL);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    image = vz_disk_image_storage_device_attachment_new (path, arg_read_only);
  g_autoptr (VzUSBMassStorageDeviceConfiguration) configuration =
    vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));
  g_autoptr (VzUSBMassStorageDevice) device = vz_usb_mass_storage_device_new (configuration);
  Action action = { NULL, VZ_USB_DEVICE (device) };

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "'%s' does not exist", path);
  if (!vz_config_validate (VZ_CONFIG (configuration), error) ||
      !running_open (&running, get_bundle (tool), error))
    return FALSE;
  action.controller = find_controller (running.bundle, running.machine, error);
  if (action.controller == NULL || !tool_wait (tool, attach, &action, NULL, error))
    return FALSE;
  tool_print_result (tool, "uuid", vz_usb_device_get_uuid (action.device));
  return TRUE;
}

/* Finds a device by its UUID or file; the first of several. */
typedef struct {
  const char *name;
  const char *path;
  Action *found; /* returns its device to the caller */
} Search;

static gboolean
is_sought (VzUSBController *controller, VzUSBDevice *device, gpointer data)
{
  Search *self = data;

  if (!g_str_equal (vz_usb_device_get_uuid (device), self->name) &&
      g_strcmp0 (path_of (device, NULL), self->path) != 0)
    return FALSE;
  *self->found = (Action){ controller, g_object_ref (device) };
  return TRUE;
}

static gboolean
find_device (VzVirtualMachine *machine, const char *name, Action *action, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (name, NULL);
  Search search = { name, path, action };

  if (!look_at_devices (machine, is_sought, &search, error))
    return FALSE;
  return action->device != NULL ||
         vz_fail (error, VZ_ERROR_DEVICE_NOT_FOUND,
                  "the machine has no USB device '%s'; 'vz usb list' shows its devices", name);
}

static gboolean
run_detach (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_autoptr (VzUSBDevice) device = NULL;
  Action action = { NULL, NULL };

  if (!running_open (&running, get_bundle (tool), error) ||
      find_controller (running.bundle, running.machine, error) == NULL ||
      !find_device (running.machine, get_file (tool), &action, error))
    return FALSE;
  device = action.device;
  if (!tool_wait (tool, detach, &action, NULL, error))
    return FALSE;
  tool_print_result (tool, "uuid", vz_usb_device_get_uuid (action.device));
  return TRUE;
}

const VzCommand vz_command_usb_list = {
  .name = "usb list",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .flags = VZ_COMMAND_JSON,
  .run = run_list,
  .summary = "Lists the disks on a machine's USB controllers",
  .examples = { { "vz usb list web.bundle", "Lists a machine's USB disks" } },
};

const VzCommand vz_command_usb_attach = {
  .name = "usb attach",
  .arguments = "[BUNDLE] FILE",
  .min_arguments = 1,
  .max_arguments = 2,
  .flags = VZ_COMMAND_JSON,
  .options = attach_entries,
  .run = run_attach,
  .summary = "Plugs a disk image into a running machine as a USB disk",
  .details = "The image must be raw. It stays attached until it is detached or the machine stops; "
             "a saved machine resumes with it.",
  .examples = { { "vz usb attach web.bundle stick.img", "Plugs a disk image in" },
                { "vz usb attach web.bundle debian.iso --read-only", "Plugs one in read-only" } },
};

const VzCommand vz_command_usb_detach = {
  .name = "usb detach",
  .arguments = "[BUNDLE] FILE|UUID",
  .min_arguments = 1,
  .max_arguments = 2,
  .flags = VZ_COMMAND_JSON,
  .run = run_detach,
  .summary = "Pulls a USB disk out of a running machine",
  .details = "Unmount it in the guest first: it is pulled out even if the guest is using it.",
  .examples = { { "vz usb detach web.bundle stick.img", "Pulls it out" } },
};
